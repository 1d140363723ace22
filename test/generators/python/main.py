"""Signs in, uploads, walks through pages and handles an error with the client that OpenAPI Generator writes for Python."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
import openapi_client as coffer  # noqa: E402
from mailbox_code import mailed_code  # noqa: E402

url = os.environ["COFFER_URL"]
sign_in = coffer.SignInApi(coffer.ApiClient(coffer.Configuration(host=url)))
challenge = sign_in.login(coffer.LoginRequest(email=os.environ["EMAIL"], password=os.environ["PASSWORD"]))
tokens = sign_in.verify_login(
    coffer.VerifyLoginRequest(challenge_id=challenge.challenge_id, code=mailed_code(), delivery="body")
)

assets = coffer.AssetsApi(coffer.ApiClient(coffer.Configuration(host=url, access_token=tokens.access_token)))
pictures = [os.path.join(os.environ["PICTURES"], name) for name in ("1.png", "2.png")]
uploaded = assets.upload_assets(tags=["black", "square"], file=pictures)
print("tags", json.dumps([asset.tags for asset in uploaded.items], separators=(",", ":")))

pages, cursor = 0, None
while True:
    page = assets.list_assets(limit=2, sort="filename", cursor=cursor)
    pages, cursor = pages + 1, page.next_cursor
    if cursor is None:
        break
print("pages", pages, "bytes", page.items[-1].bytes)

try:
    assets.get_asset("nothing")
except coffer.ApiException as error:
    print(error.status, error.data.code)
