"""The pages of articles and of their posts: who may what, what it does, and what is said where it does nothing."""

import re
from dataclasses import replace

import pytest

from adapters.contract import OutcomeUnknown
from bot.actions import deliveries, newsroom
from bot.actions.staff import Role
from bot.model import Photo, Source
from bot.store import templates
from bot.store.stories import article_of
from tests.unit.desk.browser import Browser
from tests.unit.desk.test_approvals import page_of
from tests.unit.desk.test_entry import taken_on
from tests.unit.engine import MAIN, NOW, ONE, POLICY, Desk, Plain, article, hours, minutes

TWO = replace(ONE, id="two", place=(("chat", "@two"),), approval="always")


def opened(tmp_path, *channels, role="editor", **how):
    browser = Browser(Desk(tmp_path, *(channels or (ONE,)), **how))
    taken_on(browser, role=role)
    return browser, browser.newsroom


@pytest.fixture
def out(tmp_path):
    """An article that is out on one channel and waits for approval on the other."""
    browser, desk = opened(tmp_path, ONE, TWO)
    desk.publish()
    return browser, desk


def place_of(desk, n=1):
    return f"/articles/{desk.delivery(n).story}"


def say(browser, desk, form, said):
    """Send a form of an article's page, with the stamps the page has."""
    fields = f"//form[contains(@action, '/{form}')]//input[starts-with(@name, 'loaded')]"
    stamps = {each.get("name"): each.get("value") for each in page_of(browser.get(place_of(desk))).xpath(fields)}
    return browser.post(f"{place_of(desk)}/{form}", stamps | said)


def told_on(answer):
    return page_of(answer).get_element_by_id("told").text_content().strip()


def acted(desk):
    """What people did, as the log has it."""
    return [(row["actor"], row["action"]) for row in desk.log() if row["actor"] == "desk:aigul"]


def test_articles_stand_newest_first_with_a_sentence_for_each_channel(tmp_path):
    browser, desk = opened(tmp_path, ONE, TWO, role="viewer")
    desk.publish(article(1))
    desk.go(hours(0.1))
    desk.poll(article(2))
    page = browser.get("/articles").text
    assert page.index(article(2).title) < page.index(article(1).title)
    assert "Published at 14:00" in page
    assert page.count('data-state="held"') == 2
    assert f'href="{place_of(desk)}"' in page


def test_articles_come_in_pages_and_a_search_keeps_its_words(tmp_path):
    browser, desk = opened(tmp_path)
    for n in range(1, 24):
        desk.poll(article(n))
        desk.go(minutes(1))
    first, second = browser.get("/articles?q=port"), browser.get("/articles?q=port&page=2")
    assert [each.text.count("<h2 lang") for each in (first, second)] == [20, 3]
    assert 'rel="next" href="/articles?q=port&amp;page=2"' in first.text
    assert 'rel="prev" href="/articles?q=port&amp;page=1"' in second.text


def test_of_an_article_nobody_listens_to_each_channel_says_so(tmp_path):
    browser, desk = opened(
        tmp_path, replace(ONE, sources=("sport",)), listed=(MAIN, Source(id="sport", url="https://s.example/"))
    )
    desk.poll(article())
    (story,) = re.findall(r'href="(/articles/[^"/]+)">Port 1', browser.get("/articles").text)
    for page in ("/articles", story):
        said = browser.get(page).text
        assert "<b>one</b> Is not planned here: it came from main, and nothing from there is posted here." in said


@pytest.mark.parametrize(("said", "found"), [("port 1", 1), (article(2).url, 1), ("wins", 2), ("nothing such", 0)])
def test_articles_are_found_by_words_or_address(tmp_path, said, found):
    browser, desk = opened(tmp_path)
    desk.poll(article(1), article(2))
    page = browser.get("/articles", params={"q": said}).text
    assert page.count("<h2 lang") == found
    assert ("No article fits" in page) is (found == 0)


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=x", f"page={10**30}", "page=²", "q=%00", "q=%27%3B--"])
def test_an_odd_address_is_an_ordinary_page(tmp_path, query):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    assert browser.get(f"/articles?{query}").status_code == 200


@pytest.mark.parametrize("path", ["/articles/none", "/articles/posts/99", f"/articles/posts/{10**30}"])
def test_what_is_not_there_is_said_not_to_be_there(tmp_path, path):
    assert opened(tmp_path)[0].get(path).status_code == 404


def test_what_an_article_says_is_never_markup(tmp_path):
    browser, desk = opened(tmp_path)
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>"
    desk.publish(article(title=evil, dek=evil, paragraphs=(evil,), section=evil, tags=(evil,), authors=(evil,)))
    for path in ("/articles", place_of(desk), "/articles/posts/1", "/articles/posts/1/text"):
        page = browser.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page


def test_a_page_shows_the_article_its_posts_and_its_log(out):
    browser, desk = out
    page = browser.get(place_of(desk)).text
    assert article().paragraphs[0] in page
    assert "preview-stage" in page
    assert "Waits for" in page
    assert "Look and approve" in page
    assert page.count("<li><time") == len(desk.log(story=desk.delivery().story))


def test_an_article_s_picture_comes_through_our_own_address(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/pier.jpg", alt="A pier")))
    page = browser.get(place_of(desk)).text
    (picture,) = page_of(browser.get(place_of(desk))).xpath("//img[@alt='A pier']/@src")
    assert picture.startswith(f"/picture?story={desk.delivery().story}&of=")
    assert "pier.jpg" not in page


def test_who_only_looks_gets_no_buttons_and_nothing_done(out):
    _, desk = out
    looker = Browser(desk)
    taken_on(looker, "dana", "viewer")
    for path in (place_of(desk), "/articles/posts/1"):
        page = looker.get(path)
        assert (page.status_code, "hx-post" in page.text) == (200, False)
    story = place_of(desk)
    asked = [f"{story}/{each}" for each in ("mark", "not-solemn", "text", "correct", "split")]
    asked += [f"/queue/1/{each}" for each in ("hold", "release", "cancel", "repost", "delete-post")]
    asked += [
        "/articles/posts/1/text",
        "/articles/posts/1/text/measure",
        "/articles/posts/new",
        "/articles/posts/new/measure",
    ]
    before = desk.count()
    assert [looker.post(each).status_code for each in asked] == [403] * len(asked)
    assert [looker.get(each).status_code for each in ("/articles/posts/new", "/articles/posts/1/text")] == [403] * 2
    assert desk.count() == before


@pytest.mark.parametrize("role", [Role.EDITOR, Role.APPROVER, Role.ADMIN])
def test_who_edits_may_do_all_of_it(tmp_path, role):
    browser, desk = opened(tmp_path, role=role)
    desk.poll(article())
    story = desk.delivery().story
    answer = browser.post("/queue/1/hold", {"back": place_of(desk)})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/articles/{story}?after=1")
    assert desk.stands() == ("held", "by_person")
    assert browser.get("/articles/posts/new").status_code == 200


@pytest.mark.parametrize(
    ("what", "flag"),
    [
        ({"what": "breaking", "minutes": "30"}, "breaking for 30 minutes"),
        ({"what": "breaking", "minutes": "9999999"}, "breaking for 1 hour"),
        ({"what": "not-breaking"}, "no longer breaking"),
        ({"what": "solemn"}, "solemn"),
        ({"what": "still-valid"}, "still valid for 90 days"),
        ({"what": "alt", "alt": "A crane\r\nat dawn."}, "its photo shows: A crane at dawn."),
    ],
)
def test_a_mark_is_kept_under_the_person_s_name(tmp_path, what, flag):
    browser, desk = opened(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/pier.jpg")))
    answer = say(browser, desk, "mark", what)
    assert answer.headers["location"].partition("&")[0] == f"{place_of(desk)}?done=marked"
    assert "Kept." in browser.get(answer.headers["location"]).text
    (row,) = [row for row in desk.log() if row["action"] == "story.marked"]
    assert (row["actor"], row["said"]) == ("desk:aigul", flag)


@pytest.mark.parametrize(
    ("form", "said", "fields"),
    [
        ("mark", {"what": "solemn"}, ()),
        ("mark", {"what": "alt", "alt": "A crane."}, ("alt",)),
        ("text", {"network": "fake", "text": "Our own words."}, ("text", "network")),
        ("correct", {"where": "coming", "note": "It was 180."}, ("correct",)),
        ("correct", {"where": "out", "note": "It was 180."}, ("correct",)),
    ],
)
def test_a_page_names_the_drafts_that_were_taken(tmp_path, form, said, fields):
    browser, desk = opened(tmp_path)
    desk.publish(article(photo=Photo("https://courier.example/pier.jpg")))
    page = page_of(browser.get(say(browser, desk, form, said).headers["location"]))
    taken = page.xpath("//*[@data-taken]/@data-taken")
    assert taken == [f"{each}-{desk.delivery().story}" for each in fields]
    assert set(taken) <= set(page.xpath("//*[@data-draft]/@data-draft"))


def test_a_photo_is_described_where_its_article_has_one(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article(2), article(photo=Photo("https://courier.example/a.jpg", "A crane <1>")))
    assert ">\nA crane &lt;1&gt;</textarea>" in browser.get(place_of(desk)).text
    say(browser, desk, "mark", {"what": "alt", "alt": "Two cranes"})
    assert ">\nTwo cranes</textarea>" in browser.get(place_of(desk)).text
    assert "What its photo shows" not in browser.get(place_of(desk, 2)).text
    # A headline describes nothing, and nor does what was said of another photo.
    desk.poll(article(photo=Photo("https://courier.example/b.jpg", article().title)))
    assert ">\n</textarea>" in browser.get(place_of(desk)).text.partition("What its photo shows")[2][:400]
    answer = say(browser, desk, "mark", {"what": "alt", "alt": "a" * 2001})
    assert (answer.status_code, "2,001 signs of 2,000" in answer.text) == (409, True)


def test_no_words_are_asked_of_a_photo_that_goes_out_nowhere(tmp_path):
    browser, desk = opened(tmp_path, policy=replace(POLICY, barred=("TASS",)))
    desk.poll(article(photo=Photo("https://courier.example/pier.jpg", credit="TASS")))
    section = page_of(browser.get(place_of(desk))).find_class("marks")[0]
    said = (
        "The article's photo goes out nowhere, so it takes no description: its credit, its file or the words near it "
        "name TASS, which the newsroom bars from social networks."
    )
    assert said in section.text_content()
    assert not section.xpath(".//*[@name='alt']")
    answer = say(browser, desk, "mark", {"what": "alt", "alt": "A crane."})
    assert (answer.status_code, said in page_of(answer).text_content()) == (409, True)
    assert "A crane." in page_of(answer).find_class("marks")[0].text_content(), "what was typed is not lost"
    browser.post("/me/likes", {"language": "ru"})
    asked = page_of(browser.get(place_of(desk))).text_content()
    assert "Снимок этой статьи никуда не уходит, поэтому описание к нему не нужно: в его подписи" in asked


def test_breaking_can_be_taken_back(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    browser.post(f"{place_of(desk)}/mark", {"what": "breaking", "minutes": "60"})
    assert "Breaking until 15:00." in browser.get(place_of(desk)).text
    assert desk.delivery().is_breaking
    browser.post(f"{place_of(desk)}/mark", {"what": "not-breaking"})
    assert "Breaking until" not in browser.get(place_of(desk)).text
    assert not desk.delivery().is_breaking


def test_what_of_a_photo_stays_in_sight_is_chosen_and_given_back(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/quay.jpg")))
    assert '<option value="0.8,0.2">Upper right</option>' in browser.get(place_of(desk)).text
    say(browser, desk, "mark", {"what": "focus", "focus": "0.8,0.2"})
    assert '<option value="0.8,0.2" selected>Upper right</option>' in browser.get(place_of(desk)).text
    assert desk.ask(article_of, desk.delivery().story).flags.focus == (0.8, 0.2)
    for wrong in ("7,7", "left", "0.5"):
        assert say(browser, desk, "mark", {"what": "focus", "focus": wrong}).status_code == 409
    say(browser, desk, "mark", {"what": "focus", "focus": ""})
    assert desk.ask(article_of, desk.delivery().story).flags.focus is None


@pytest.mark.parametrize("chosen", ["0.8,0.2", ""])
def test_a_part_that_was_chosen_before_is_said_to_change_nothing(tmp_path, chosen):
    browser, desk = opened(tmp_path, TWO)
    desk.poll(article(photo=Photo("https://courier.example/quay.jpg")))
    desk.act(newsroom.mark(desk.room(), desk.delivery().story, focus=(0.2, 0.2)))
    told = []
    for _ in range(2):
        desk.act(deliveries.approve(desk.room("desk:dana"), 1))
        answer = say(browser, desk, "mark", {"what": "focus", "focus": chosen})
        told.append((desk.stands()[1], told_on(browser.get(answer.headers["location"]))))
    assert told == [
        ("approval", "Kept. What waits is written anew with it; what was approved asks for approval again."),
        ("approved", "Nothing was changed: it was so before."),
    ]


@pytest.mark.parametrize("chosen", ["0.8,0.2", ""])
@pytest.mark.parametrize(
    ("photo", "said"),
    [
        (
            Photo("https://courier.example/mayor.jpg"),
            "look at the one it has now, and choose what of it stays in sight",
        ),
        (None, "The article lost its photo while this page was open, so nothing was kept."),
    ],
)
def test_what_was_chosen_on_a_photo_is_not_kept_of_another(tmp_path, photo, said, chosen):
    browser, desk = opened(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/quay.jpg")))
    before = browser.get(place_of(desk))
    loaded = form_field(before, ("mark", "focus"), "loaded-focus")
    desk.act(newsroom.mark(desk.room("desk:dana"), desk.delivery().story, focus=(0.2, 0.2)))
    desk.poll(article(photo=photo))
    rows = len(desk.log())
    late = browser.post(f"{place_of(desk)}/mark", {"what": "focus", "focus": chosen, "loaded-focus": loaded})
    assert (late.status_code, said in told_on(late)) == (409, True)
    assert (len(desk.log()), desk.ask(article_of, desk.delivery().story).flags.focus) == (rows, (0.2, 0.2))
    pictures = [page_of(each).xpath("//img[@class='photo']/@src") for each in (before, late)]
    assert pictures[0] != pictures[1], "a browser keeps the one before for some minutes"
    if photo:
        loaded = form_field(late, ("mark", "focus"), "loaded-focus")
        kept = browser.post(f"{place_of(desk)}/mark", {"what": "focus", "focus": chosen, "loaded-focus": loaded})
        assert kept.status_code == 303


def test_a_point_that_does_not_say_on_which_photo_it_was_chosen_is_not_kept(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/quay.jpg")))
    assert browser.post(f"{place_of(desk)}/mark", {"what": "focus", "focus": "0.8,0.2"}).status_code == 409


def test_a_mark_there_is_none_of_changes_nothing(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    assert browser.post(f"{place_of(desk)}/mark", {"what": "loud"}).status_code == 409
    assert browser.post(f"{place_of(desk)}/text", {"network": "myspace", "text": "x"}).status_code == 409
    assert browser.post("/articles/none/mark", {"what": "solemn"}).status_code == 409
    assert "story.marked" not in [action for _, action in acted(desk)]


def test_words_for_a_network_go_out_and_emptied_give_way_to_the_template(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    say(browser, desk, "text", {"network": "fake", "text": "Our own words.\r\nAnd more."})
    page = browser.get("/articles/posts/1").text
    assert "Our own words.\nAnd more." in page
    say(browser, desk, "text", {"network": "fake", "text": " "})
    desk.turn()
    assert desk.wire.shown == [f"{article().title}\n\n{article().url}"]


def field_of(answer, name):
    """What stands in a field of a page."""
    page = page_of(answer)
    found = page.xpath(f"//*[@name='{name}']")[0]
    return (found.get("value") or found.text_content()).strip()


@pytest.mark.parametrize(
    ("form", "field", "stamp", "said", "theirs"),
    [
        ("mark", "alt", "loaded", {"what": "alt"}, {"alt": "Dana's crane"}),
        ("text", "text", "loaded-fake", {"network": "fake"}, {"text": ("fake", "Dana's text")}),
        ("correct", "note", "loaded", {"where": "coming"}, {"correction": "Dana's note"}),
        ("correct", "note", "loaded", {"where": "out"}, {"correction": "Dana's note"}),
    ],
)
def test_who_writes_of_an_article_later_sees_both_and_chooses(tmp_path, form, field, stamp, said, theirs):
    browser, desk = opened(tmp_path)
    desk.publish(article(photo=Photo("https://courier.example/pier.jpg")))
    story, words = desk.delivery().story, (form, field)
    before = {stamp: form_field(browser.get(place_of(desk)), words, stamp)}
    desk.act(newsroom.mark(desk.room("desk:dana"), story, **theirs))
    late = browser.post(f"{place_of(desk)}/{form}", {**said, **before, field: "Mine."})
    assert (late.status_code, field_of(late, field)) == (409, "Mine.")
    assert "dana changed this while you wrote." in late.text
    assert page_of(late).get_element_by_id("theirs").text_content().startswith("Dana's")
    assert "Mine." not in str(desk.log())
    again = {**said, field: "Mine.", stamp: form_field(late, words, stamp)}
    assert browser.post(f"{place_of(desk)}/{form}", again).status_code == 303
    assert "Mine." in str(desk.log())


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ("mark", {"what": "alt", "alt": "Mine."}),
        ("text", {"network": "fake", "text": "Mine."}),
        ("correct", {"where": "coming", "note": "Mine."}),
        ("correct", {"where": "out", "note": "Mine."}),
    ],
)
def test_words_that_do_not_say_what_they_were_written_over_are_asked_about(tmp_path, form, said):
    browser, desk = opened(tmp_path)
    desk.publish(article(photo=Photo("https://courier.example/pier.jpg")))
    asked = browser.post(f"{place_of(desk)}/{form}", said)
    assert (asked.status_code, "This changed while you wrote." in asked.text, "Mine." in asked.text) == (
        409,
        True,
        True,
    )
    assert "Mine." not in str(desk.log())


def form_field(answer, words, name):
    form, field = words
    (found,) = page_of(answer).xpath(f"//form[contains(@action, '/{form}')][.//*[@name='{field}']]//*[@name='{name}']")
    return found.get("value")


def test_a_description_of_another_photo_is_not_put_under_the_new_one(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/a.jpg")))
    loaded = form_field(browser.get(place_of(desk)), ("mark", "alt"), "loaded")
    desk.poll(article(photo=Photo("https://courier.example/b.jpg")))
    late = browser.post(f"{place_of(desk)}/mark", {"what": "alt", "alt": "A crane", "loaded": loaded})
    assert (late.status_code, "This changed while you wrote." in late.text) == (409, True)


def test_a_text_for_another_network_is_no_change_of_this_one(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    loaded = form_field(browser.get(place_of(desk)), ("text", "text"), "loaded-fake")
    desk.act(newsroom.mark(desk.room("desk:dana"), desk.delivery().story, text=("other", "Theirs")))
    typed = {"network": "fake", "text": "Mine.", "loaded-fake": loaded}
    assert browser.post(f"{place_of(desk)}/text", typed).status_code == 303


def test_a_text_for_a_network_asks_before_it_takes_the_place_of_a_post_by_hand(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    desk.act(deliveries.edit(desk.room("desk:dana"), 1, "Dana's post."))
    asked = say(browser, desk, "text", {"network": "fake", "text": "Mine."})
    assert (asked.status_code, field_of(asked, "text")) == (409, "Mine.")
    assert "Dana wrote the post on one by hand. Tick the box below" in asked.text.replace("dana", "Dana")
    assert desk.delivery().post.text.startswith("Dana's post.")
    say(browser, desk, "text", {"network": "fake", "text": "Mine.", "again": "yes"})
    assert desk.delivery().post is None


def test_a_description_that_is_too_long_stays_in_its_field(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article(photo=Photo("https://courier.example/a.jpg")))
    late = say(browser, desk, "mark", {"what": "alt", "alt": "a" * 2001})
    assert (late.status_code, field_of(late, "alt")) == (409, "a" * 2001)


def test_a_correction_waits_for_approval_wherever_the_article_is_out(out):
    browser, desk = out
    answer = say(browser, desk, "correct", {"note": "The loan is 901 million.", "where": "out"})
    assert answer.headers["location"].partition("&")[0] == f"{place_of(desk)}?done=corrected"
    assert desk.stands(3) == ("held", "approval")
    assert "The corrections are planned below" in browser.get(answer.headers["location"]).text


def test_a_second_correction_is_asked_about_and_what_was_typed_stays(tmp_path):
    browser, desk = opened(tmp_path)
    desk.ask(templates.offer, {"fake": "{{ correction or title }}\n\n{{ url }}"}, NOW, origin=templates.FILE)
    desk.publish()
    say(browser, desk, "correct", {"note": "It is 901 million.", "where": "out"})
    desk.act(deliveries.approve(desk.room("desk:dana"), 2))
    desk.go(minutes(2))
    desk.turn()
    asked = say(browser, desk, "correct", {"note": "And it is tenge.", "where": "out"})
    assert asked.status_code == 409
    assert "A correction is out already on one. Tick the box below to add another one." in asked.text
    assert "And it is tenge." in asked.text
    assert "--again" not in asked.text
    say(browser, desk, "correct", {"note": "And it is tenge.", "where": "out", "again": "yes"})
    assert desk.stands(3) == ("held", "approval")


def test_only_whoever_approves_says_that_an_article_is_not_solemn(tmp_path):
    for role, code in (("editor", 403), ("approver", 303)):
        browser, desk = opened(tmp_path, role=role)
        desk.poll(article())
        at = place_of(desk)
        browser.post(f"{at}/mark", {"what": "solemn"})
        assert browser.post(f"{at}/mark", {"what": "not-solemn"}).status_code == 409
        assert (f'action="{at}/not-solemn"' in browser.get(at).text) == (code == 303)
        assert browser.post(f"{at}/not-solemn").status_code == code


def test_a_correction_of_what_is_not_out_is_refused_and_holds_the_posts_to_come(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    assert "Correct it where it is out" not in browser.get(place_of(desk)).text
    refused = say(browser, desk, "correct", {"note": "It opens in May.", "where": "out"})
    assert (refused.status_code, "there is nothing to correct" in refused.text) == (409, True)
    assert "It opens in May." in refused.text
    assert say(browser, desk, "correct", {"note": " ", "where": "out"}).status_code == 422
    answer = say(browser, desk, "correct", {"note": "It opens in May.", "where": "coming"})
    assert "Its posts to come wait for approval" in browser.get(answer.headers["location"]).text
    assert desk.stands() == ("held", "approval")
    assert "Corrected: It opens in May." in browser.get(place_of(desk)).text


def test_an_entry_taken_for_another_article_becomes_one_of_its_own(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    other = article(guid="another", url="https://courier.example/2026/11/port-1-wins-again")
    desk.poll(other)
    page = browser.get(place_of(desk)).text
    assert "Taken for this article" in page
    answer = browser.post(f"{place_of(desk)}/split", {"address": other.url})
    apart = answer.headers["location"].partition("?")[0]
    assert apart != place_of(desk)
    assert "an article of its own now" in browser.get(answer.headers["location"]).text
    assert ("desk:aigul", "story.split") in acted(desk)
    assert browser.post(f"{place_of(desk)}/split", {"address": other.url}).status_code == 409


def test_a_mark_that_was_kept_meanwhile_shows(tmp_path):
    browser, desk = opened(tmp_path)
    desk.poll(article())
    desk.act(newsroom.mark(desk.room("cli:dana"), desk.delivery().story, solemn=True))
    page = browser.get(place_of(desk)).text
    assert "So a person said." in page


def test_an_unknown_outcome_leads_to_whoever_looked(tmp_path):
    browser, desk = opened(tmp_path)
    desk.wire.say("publish", OutcomeUnknown("timeout"))
    desk.poll(article())
    desk.turn()
    page = browser.get("/articles/posts/1").text
    assert "It is not out" in page
    assert "Let it go out" not in page


def test_a_network_that_can_change_nothing_offers_nothing_of_it(tmp_path):
    browser, desk = opened(tmp_path, kind=Plain)
    desk.publish()
    page = browser.get("/articles/posts/1").text
    assert "Post again" in page
    assert "Take down" not in page
    assert "/articles/posts/1/text" not in page
    assert browser.get("/articles/posts/1/text").status_code == 409
