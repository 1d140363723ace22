"""Signs in, uploads, reads pages, refreshes and handles a problem with the client that `npm run sdks` generates."""

import os
import re
import struct
import sys
import time
import uuid
import zlib
from io import BytesIO

import httpx
from coffer_client import AuthenticatedClient, Client
from coffer_client.api.account import get_profile
from coffer_client.api.assets import get_asset, list_assets, upload_assets
from coffer_client.api.registration import register, verify_registration
from coffer_client.api.sign_in import login, refresh_token, verify_login
from coffer_client.models import (
    LoginRequest,
    Problem,
    RefreshTokenRequest,
    RegisterRequest,
    TokenDelivery,
    Tokens,
    UploadAssetsForm,
    VerifyLoginRequest,
    VerifyRegistrationRequest,
)
from coffer_client.types import UNSET, File

URL = os.environ.get("COFFER_URL", "http://localhost:3000")
MAILBOX = os.environ.get("MAILBOX_URL", "http://localhost:3001/mailbox")
EMAIL = f"{uuid.uuid4()}@example.com"
PASSWORD = "a river runs through it"


class CofferError(Exception):
    """An error response with its stable code."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.status} {problem.code}: {problem.detail}")
        self.code = problem.code


def answered(answer):
    """Returns the response, or raises it if it is a problem."""
    if isinstance(answer, Problem):
        raise CofferError(answer)
    return answer


def mailed_code(subject: str) -> str:
    """Returns the code from an e-mail in the local mailbox; a real app asks the user for it."""
    for _ in range(100):
        for mail in httpx.get(f"{MAILBOX}/messages", params={"to": EMAIL}).json()["items"]:
            code = re.search(r"^\s*(\d{6})\s*$", mail["text"], re.MULTILINE)
            if subject in mail["subject"] and code:
                return code.group(1)
        time.sleep(0.1)
    raise TimeoutError(f"no e-mail: {subject!r}")


def png(side: int) -> bytes:
    """Returns a black square as PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    pixels = zlib.compress((b"\0" + b"\0" * side) * side)
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


anonymous = Client(base_url=URL, raise_on_unexpected_status=True)

challenge = answered(register.sync(client=anonymous, body=RegisterRequest(email=EMAIL, password=PASSWORD, name="Ada")))
verification = VerifyRegistrationRequest(challenge_id=challenge.challenge_id, code=mailed_code("registration code"))
answered(verify_registration.sync(client=anonymous, body=verification))

challenge = answered(login.sync(client=anonymous, body=LoginRequest(email=EMAIL, password=PASSWORD)))
tokens: Tokens = answered(
    verify_login.sync(
        client=anonymous,
        body=VerifyLoginRequest(
            challenge_id=challenge.challenge_id,
            code=mailed_code("sign-in code"),
            delivery=TokenDelivery.BODY,
        ),
    )
)
print("signed in as", tokens.user.email)

client = AuthenticatedClient(base_url=URL, token=tokens.access_token, raise_on_unexpected_status=True)
for sides in ([1, 2], [3]):
    files = [File(payload=BytesIO(png(side)), file_name=f"{side}.png", mime_type="image/png") for side in sides]
    form = UploadAssetsForm(tags=["black", "square"], file=files)
    uploaded = answered(upload_assets.sync(client=client, body=form, idempotency_key=str(uuid.uuid4())))
    for asset in uploaded.items:
        print("uploaded", asset.filename, asset.width, "pixels wide", asset.tags)
        assert asset.tags == ["black", "square"]

names, cursor, pages = [], UNSET, 0
while cursor is not None:
    page = answered(list_assets.sync(client=client, limit=2, cursor=cursor, tag="square"))
    names += [asset.filename for asset in page.items]
    cursor, pages = page.next_cursor, pages + 1
print("walked", pages, "pages:", *names)
assert sorted(names) == ["1.png", "2.png", "3.png"] and pages == 2

refreshed: Tokens = answered(
    refresh_token.sync(client=anonymous, body=RefreshTokenRequest(refresh_token=tokens.refresh_token))
)
client = AuthenticatedClient(base_url=URL, token=refreshed.access_token, raise_on_unexpected_status=True)
assert answered(get_profile.sync(client=client)).email == EMAIL
assert refreshed.refresh_token != tokens.refresh_token
print("refreshed")

try:
    answered(get_asset.sync("nothing", client=client))
    sys.exit("something was found")
except CofferError as error:
    assert error.code == "NOT_FOUND"
    print("handled", error)
