"""Says in plain words what the YAML parser's problems mean; never its own words whole, for they quote the file."""

import re

from ruamel.yaml.error import MarkedYAMLError

_TAG = "a ! at the beginning has a meaning in YAML; put the text in quotes"
_HERE = (
    (r"found character '\\t'", "here is a tab; YAML is indented with spaces"),
    (r"mapping values are not allowed", "here is a colon too many; put text that holds a colon in quotes"),
    (r"cannot start any token", "a text cannot begin with this sign; put it in quotes"),
    (r"found undefined alias", "a * at the beginning refers to something; if it is text, put it in quotes"),
    (r"escape character", "a \\ has a meaning in double quotes; use single quotes"),
    (r"found another document", "--- begins a second file here; take it out"),
    (r"but found '(<scalar>|\}|\]|,)'", "this does not belong here; check the quotes and brackets before it"),
    (r"expected <block end>", "this stands too far left or right; lines of one block begin in one column"),
    (r"expected the node content", "a value is missing here, or a bracket is too many"),
)
_WHERE_IT_BEGAN = (
    (r"quoted scalar", r"end of stream", "a quotation mark is opened here and never closed"),
    (r"simple key", r"expected ':'", "here is a key without a colon, or a text that began further up goes on"),
    (r"flow sequence", r"", "a list that begins with [ must end with ], with commas between"),
    (r"flow mapping", r"", "a block that begins with { must end with }, with commas between"),
    (r"anchor|alias", r"", "a & or * at the beginning has a meaning in YAML; put the text in quotes"),
    (r"\btag\b", r"", _TAG),
    (r"node", r"\btag\b", _TAG),
)


def translated(error: MarkedYAMLError) -> tuple[str, int | None]:
    """Put a problem of the parser into a sentence that quotes nothing of the file; tell how far into it that is."""
    problem, context = str(error.problem or ""), str(error.context or "")
    here, began = error.problem_mark, error.context_mark
    for in_what, pattern, told in _WHERE_IT_BEGAN if began else ():
        if re.search(in_what, context) and re.search(pattern, problem) and "block" not in context:
            return told, began.index
    mark = here or began
    told = next((told for pattern, told in _HERE if re.search(pattern, problem)), "this is not YAML")
    return told, mark.index if mark else None
