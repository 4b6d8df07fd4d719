"""Whether a text speaks to a model instead of to buyers: then nobody believes what it made the model say.

These are the openings that injections share, in a dozen languages. One that uses none of them moves a case no
farther than any answer may.
"""

import re
import unicodedata

_IGNORED = (
    (r"ignore|disregard|forget|override", r"instructions?|prompts?|rules|directions"),
    (r"ignorier\w*|vergiss|missachte\w*", r"anweisung\w*|vorgaben|regeln"),
    (r"ignore[rz]?|oublie[rz]?", r"instructions?|consignes?"),
    (r"ignor\w+|olvid\w+|esque\w+|dimentica\w*", r"instrucciones|instruções|istruzioni"),
    (r"zignoruj\w*|pomiń\w*", r"instrukcj\w+|polece\w+"),
    (r"(?:про)?игнорир\w+|забуд\w+", r"инструкц\w+|указани\w+|правил\w*"),
    (r"تجاهل|انس", r"التعليمات|الأوامر"),
)
"""What is to be done, and to what, in this order within a sentence."""
_ELSE = (
    r"(?:talimat|yönerge)\w*\b.{0,40}\b(?:yok say|unut|görmezden)",
    r"(?:忽略|无视|無視|忘记).{0,20}(?:指令|指示|说明|提示|規則|规则)",
    r"(?:指示|命令|プロンプト).{0,10}(?:無視|忘れ)",
    r"(?:지시|명령|지침).{0,10}(?:무시|잊)",
    r"\b(?:system|developer) ?(?:prompt|message|override)\b",
    r"\b(?:you are|as) (?:now )?an? (?:ai|assistant|language model|content moderator|classifier)\b",
    r"\b(?:ai|llm|language model)s?\b.{0,40}\b(?:must|should|answer|respond|classify)\b",
    r"\b(?:answer|respond|reply|output|classify)\b.{0,40}"
    r"\b(?:innocent|legitimate|compatible_accessory|genuine_resale|licensed_product|another_meaning|json)\b",
    r"[\"'](?:answer|sureness)[\"']\s*:",
    r"<\|?/?(?:im_start|im_end|system|endoftext|assistant)|\[/?inst\]|<<sys>>",
)
_ADDRESSED = re.compile(
    "|".join([rf"\b(?:{what})\b.{{0,40}}\b(?:{whose})\b" for what, whose in _IGNORED] + list(_ELSE)),
    re.DOTALL,
)
_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
"""Characters that nobody sees and that models read."""
_LONGEST = 20_000
"""Characters of one text that are looked at; a model is shown far fewer."""


def addresses_a_model(text: str) -> bool:
    """Whether it does, also in characters that are hidden from people."""
    told = text[:_LONGEST].translate(_TAGS)
    shown = "".join(char for char in told if char.isprintable() or char.isspace())
    return _ADDRESSED.search(unicodedata.normalize("NFKC", shown).casefold()) is not None
