// Signs in, uploads, walks through pages and handles an error with the client that ogen writes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	ht "github.com/ogen-go/ogen/http"
	"mailbox"
	"program/api"
)

type credentials struct{ accessToken string }

func (c *credentials) Bearer(context.Context, api.OperationName) (api.Bearer, error) {
	return api.Bearer{Token: c.accessToken}, nil
}

func (*credentials) RefreshCookie(context.Context, api.OperationName) (api.RefreshCookie, error) {
	return api.RefreshCookie{}, nil
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func picture(name string) ht.MultipartFile {
	return ht.MultipartFile{Name: name, File: must(os.Open(os.Getenv("PICTURES") + "/" + name))}
}

func main() {
	ctx := context.Background()
	signedIn := &credentials{}
	client := must(api.NewClient(os.Getenv("COFFER_URL"), signedIn))

	login := &api.LoginRequest{Email: os.Getenv("EMAIL"), Password: os.Getenv("PASSWORD")}
	challenge := must(client.Login(ctx, login)).(*api.LoginChallengeHeaders).Response
	verify := &api.VerifyLoginRequest{
		ChallengeId: challenge.ChallengeId,
		Code:        api.NewOptString(mailbox.Code()),
		Delivery:    api.NewOptTokenDelivery(api.TokenDeliveryBody),
	}
	signedIn.accessToken = must(client.VerifyLogin(ctx, verify)).(*api.TokensHeaders).Response.AccessToken

	form := &api.UploadAssetsFormMultipart{
		Tags: []string{"black", "square"},
		File: []ht.MultipartFile{picture("1.png"), picture("2.png")},
	}
	uploaded := must(client.UploadAssets(ctx, form, api.UploadAssetsParams{})).(*api.UploadedHeaders).Response
	text := must(json.Marshal([][]string{uploaded.Items[0].Tags, uploaded.Items[1].Tags}))
	fmt.Println("tags", string(text))

	pages, bytes := 0, int64(0)
	query := api.ListAssetsParams{
		Limit: api.NewOptInt32(2),
		Sort:  api.NewOptListAssetsSort(api.ListAssetsSortFilename),
	}
	for {
		page := must(client.ListAssets(ctx, query)).(*api.AssetPageHeaders).Response
		pages++
		bytes = page.Items[len(page.Items)-1].Bytes
		if page.NextCursor.Null {
			break
		}
		query.Cursor = api.NewOptString(page.NextCursor.Value)
	}
	fmt.Println("pages", pages, "bytes", bytes)

	missing := must(client.GetAsset(ctx, api.GetAssetParams{AssetId: "nothing"})).(*api.NotFoundHeaders).Response
	fmt.Println(missing.Status, missing.Code)
}
