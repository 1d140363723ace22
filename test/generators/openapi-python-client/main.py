"""Signs in, uploads, walks through pages and handles an error with the client that openapi-python-client writes."""

import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), ".."))
from coffer_client import AuthenticatedClient, Client  # noqa: E402
from coffer_client.api.assets import get_asset, list_assets, upload_assets  # noqa: E402
from coffer_client.api.sign_in import login, verify_login  # noqa: E402
from coffer_client.models import ListAssetsSort, LoginRequest, TokenDelivery, UploadAssetsForm, VerifyLoginRequest  # noqa: E402
from coffer_client.types import UNSET, File  # noqa: E402
from mailbox_code import mailed_code  # noqa: E402

url = os.environ["COFFER_URL"]
client = Client(base_url=url)
challenge = login.sync(client=client, body=LoginRequest(email=os.environ["EMAIL"], password=os.environ["PASSWORD"]))
body = VerifyLoginRequest(challenge_id=challenge.challenge_id, code=mailed_code(), delivery=TokenDelivery.BODY)
tokens = verify_login.sync(client=client, body=body)
client = AuthenticatedClient(base_url=url, token=tokens.access_token)


def picture(name):
    return File(open(os.path.join(os.environ["PICTURES"], name), "rb"), file_name=name, mime_type="image/png")


form = UploadAssetsForm(tags=["black", "square"], file=[picture("1.png"), picture("2.png")])
uploaded = upload_assets.sync(client=client, body=form)
print("tags", json.dumps([asset.tags for asset in uploaded.items], separators=(",", ":")))

pages, cursor = 0, UNSET
while True:
    page = list_assets.sync(client=client, limit=2, sort=ListAssetsSort.FILENAME, cursor=cursor)
    pages, cursor = pages + 1, page.next_cursor
    if cursor is None:
        break
print("pages", pages, "bytes", page.items[-1].bytes_)

missing = get_asset.sync(client=client, asset_id="nothing")
print(missing.status, missing.code)
