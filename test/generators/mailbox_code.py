"""Reads the code of a sign-in from the local mailbox."""

import json
import os
import re
import time
import urllib.parse
import urllib.request


def mailed_code() -> str:
    """Returns the code, once it has arrived."""
    url = f"{os.environ['MAILBOX_URL']}/messages?to={urllib.parse.quote(os.environ['EMAIL'])}"
    while True:
        with urllib.request.urlopen(url) as response:
            items = json.load(response)["items"]
        for mail in items:
            if "sign-in code" in mail["subject"]:
                return re.search(r"^\s*(\d{6})\s*$", mail["text"], re.MULTILINE)[1]
        time.sleep(0.05)
