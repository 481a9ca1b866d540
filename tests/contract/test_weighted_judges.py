"""X's count against its own papers: the conformance files of twitter-text, and its library where Node is."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from adapters.weighted import addresses_in, weighted
from tests.contract.papers import specs
from tests.contract.tweets import tweets

pytestmark = pytest.mark.judge


def conformance(name: str, *sets: str) -> list[Any]:
    papers = YAML(typ="safe").load(specs(f"twitter-text/conformance/{name}.yml"))["tests"]
    return [case for part in sets for case in papers[part]]


@pytest.mark.parametrize(
    ("part", "version", "cases"),
    [
        ("WeightedTweetsCounterTest", 2, 20),
        ("WeightedTweetsWithDiscountedEmojiCounterTest", 3, 22),
        ("UnicodeDirectionalMarkerCounterTest", 3, 2),
    ],
)
def test_every_official_length_is_met_under_its_own_configuration(part: str, version: int, cases: int) -> None:
    given = conformance("validate", part)
    assert len(given) == cases
    missed = {
        case["description"]: (weighted(case["text"], version=version), case["expected"]["weightedLength"])
        for case in given
        if weighted(case["text"], version=version) != case["expected"]["weightedLength"]
    }
    assert missed == {}


# description -> what we find; a new miss fails the test, and so does one that is mended. There are none now.
MISSED: dict[str, list[str]] = {}

# Endings that are links in the papers (of 2020) and are not, or no longer, in the root of the internet.
GONE = """
abarth active adac afamilycompany aigo alfaromeo an avianca bananarepublic bentley bl blanco bnl boots bq budapest
bugatti cancerresearch cartier caseih cbs ceb chloe chrysler cityeats comcast cookingchannel csc dabur dodge doha
doosan duck dunlop duns eh epost esurance etisalat everbank fiat flsmidth foodnetwork frontdoor fujixerox glade goo
goodhands guardian hgtv honeywell hoteles htc iinet intel iselect iveco iwc jcp jlc juniper kerrylogistics kinder
ladbrokes lancaster lancia lancome liaison linde lipsy lixil loft lupin macys maserati mcd mcdonalds meo metlife mf
mobily montblanc mopar movistar mtpc mutual mutuelle nadex nationwide natura newholland northwesternmutual off oldnavy
onyourside orientexpress pamperedchef panerai passagens piaget pramerica qvc raid redstone rightathome rmit rocher
sapo sca scjohnson scor ses shaw showtime shriram spiegel spreadbetting srt starhub statoil swiftcover symantec
telecity telefonica tiffany tp travelchannel uconnect um vista vistaprint volkswagen vuelos warman wolterskluwer
xfinity xperia zippo اتصالات موبايلي 大众汽车 工行 手表 珠宝 诺基亚
"""


def test_every_official_address_is_found_but_those_named() -> None:
    given = conformance("extract", "urls", "urls_with_indices", "urls_with_directional_markers", "tco_urls_with_params")
    assert len(given) == 108
    missed = {case["description"]: addresses_in(case["text"]) for case in given if not _is_found(case)}
    assert missed == MISSED


def test_every_official_ending_makes_a_link_but_those_the_internet_gave_up() -> None:
    given = conformance("tlds", "country", "generic")
    assert len(given) > 1500
    missed = {case["text"].rpartition(".")[2] for case in given if not _is_found(case)}
    assert missed == set(GONE.split())


def _is_found(case: Any) -> bool:
    texts = [one if isinstance(one, str) else one["url"] for one in case["expected"]]
    return addresses_in(case["text"]) == texts


_LIBRARY = """
const {parseTweet} = require('twitter-text');
for (const text of JSON.parse(require('fs').readFileSync(0, 'utf8'))) console.log(parseTweet(text).weightedLength);
"""


def library(texts: list[str]) -> list[int]:
    """Ask X's own library, npm `twitter-text`, for the length of each text."""
    node, folder = shutil.which("node"), os.environ.get("JARSHY_TWITTER_TEXT", "")
    if node is None or not (Path(folder) / "node_modules" / "twitter-text").is_dir():
        pytest.skip(
            "NOT JUDGED: X's own count needs Node and a folder where `npm install twitter-text@3.1.0` ran; "
            "name the folder in JARSHY_TWITTER_TEXT"
        )
    answer = subprocess.run(
        [node, "-e", _LIBRARY], input=json.dumps(texts), cwd=folder, capture_output=True, text=True, check=True
    )
    return [int(line) for line in answer.stdout.split()]


def test_our_count_is_that_of_their_library() -> None:
    """With JARSHY_TWEETS=100000 as many texts are compared."""
    texts = list(tweets(int(os.environ.get("JARSHY_TWEETS", "2000"))))
    different = {
        text: (weighted(text), theirs)
        for text, theirs in zip(texts, library(texts), strict=True)
        if weighted(text) != theirs
    }
    assert different == {}
