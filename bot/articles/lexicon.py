"""What news sites put around their texts, in English, Russian and Kazakh: our own list, one regular expression a line.

Matched without case. A label drops its whole paragraph (what follows it is another story's headline), the others drop
their sentence.
"""

LABELS = r"""
read (?:more|also|next|the full story)\s*(?:[:>»→]|$)
related(?: stories| articles| news)?\s*:
see also\s*:
more on this (?:story|topic)
you (?:may|might) also like
recommended(?: for you)?\s*:
(?:tags?|share|topics)\s*:
чита(?:йте|ть) (?:также|ещё)
смотри(?:те)? (?:также|ещё)
материалы по теме
(?:по теме|ещё по теме|теги|рекомендуем)\s*:
тағы оқыңыз
сондай-ақ,? (?:оқыңыз|оқи отырыңыз)
(?:осы тақырыпта|тегтер)\s*:
"""

STARTS = r"""
(?:please )?sign[- ]up (?:via|for|to|on|here|now|today|at|with|and)\b
(?:please )?subscribe\b
(?:to )?(?:stay|keep) (?:updated|informed|up to date)\b.{0,60}\b(?:follow|subscribe|join|newsletter)
join our\b
(?:please )?(?:follow|like|join|find|visit) us\b
follow (?:@|the \w+ times on)
click (?:here|on the link)\b
(?:read|find out|learn|see) more\b(?! (?:than|books|about the)\b)
continue reading\b
to read this (?:article|story) in full\b
(?:copyright )?©
share this\b
(?:advertisement|advertise|comments|views?)\W*$
photo(?:s|graph)? (?:credits?|courtesy)\b
(?:photo|image|picture)s? by (?-i:\p{Lu})
(?:image|picture|cover|featured image|video) (?:credit|source)s?\b
(?:photo|photos|image|images|video)\s*:
download (?:our|the) (?:mobile )?app\b
(?:print|email) this\b
leave a (?:comment|reply)\b
(?:view|\d+) comments?\W*$
th(?:is|e) (?:post|article|story)\b.{0,120}\b(?:first|originally) (?:appeared|published)
\d+[- ]min(?:ute)?s? read\b
sponsored (?:content|post|by)\b
(?:get|save|take) (?:up to )?(?:[$€£]\d+|\d+ ?%) off\b
full (?:transcript|show notes)\b.{0,60}\b(?:at|on)\b
support (?:our|independent) journalism\b
подпи(?:шитесь|сывайтесь|саться|ска на)\b
подробнее\s*(?:[:>»→.]|$)
подробнее (?:по ссылке|читайте|на сайте)
чита(?:ть|йте) (?:далее|дальше|полностью|нас|подробнее|больше)\b
следите за (?:нами|нашими|новостями)\b
присоединяйтесь к (?:нам|нашему)\b
(?:фото|снимок|автор фото|источник фото|видео)\s*:
поделиться\b
(?:реклама|комментарии)\W*$
(?:нашли|заметили) ошибку\b
выделите (?:ее|её|ошибку|текст)\b
оставить комментарий
жазылыңыз(?:дар)?\b
толығырақ\s*(?:[:>»→.]|$)
толығырақ (?:оқу|оқыңыз)\b
(?:фото|сурет|суретті түсірген|видео)\s*:
(?:бөлісу|жарнама)\W*$
пікір қалдыру\b
бізді (?:оқыңыз|бақылаңыз)\b
бізге (?:жазылыңыз|қосылыңыз)\b
"""

ANYWHERE = r"""
appeared first on\b
subscribe (?:to|for) (?:our|the|us)\b
sign[- ]up (?:for|to) (?:our|the|a) (?:\w+ ){0,3}(?:newsletter|channel|digest|mailing|updates?|alerts?)
sign[- ]up via
follow us (?:on|in|at|via)\b
our (?:telegram|whatsapp|instagram|youtube|facebook|x|twitter) (?:channel|page|account|feed|group)
to our (?:\w+ )?newsletter
all rights reserved
(?:promo|discount|coupon|offer) code\b
with (?:the )?code [‘“'"]?(?-i:\p{Lu}{3})
(?:photo|image) credits?\s*:
подпи(?:шитесь|сывайтесь) на (?:наш|нас|телеграм|telegram|канал|новости|рассылку)
(?:наш|нашем|нашего|нашему) (?:telegram|телеграм|whatsapp|youtube|instagram)
все права (?:защищены|сохранены)
ctrl\s*\+\s*enter
при (?:использовании|перепечатке|цитировании) (?:материал|любых)
(?:telegram|телеграм|whatsapp|instagram|youtube)[- ]?(?:арна|парақша)\p{L}*(?: \p{L}+)? (?:жазыл|қосыл)
(?:арнамызға|парақшамызға|каналымызға|арнасына) (?:жазыл|қосыл)
барлық құқық\p{L}* (?:қорғалған|сақталған)
материалды (?:пайдалан|көшір)\p{L}* .{0,40}сілтеме
"""

CREDITS = r"""
(?:photo|picture|image|cover photo|featured image)s? (?:credits?|courtesy of|courtesy|source)\s*:?
(?:photo|photos|picture|image|images|credit|credits)\s*:
(?:photo|image|picture)s? by(?= (?-i:\p{Lu}))
(?:автор фото|источник фото|фото|снимок|фотография|фотографии)\s*(?::|[—–](?=\s))
(?:сурет|суретті түсірген)\s*(?::|[—–](?=\s))
"""
