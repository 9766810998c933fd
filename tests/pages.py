"""Reading a page as a person does: its words, without markup."""

import re
from html import unescape


def words(answer) -> str:
    """The visible text of an HTML answer, white space made single."""
    html = answer.content.decode()
    html = re.sub(r"<(script|style|svg|head)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html))).strip()


def english(client):
    """The client's pages in English: the words of the source, whatever the translation says."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client
