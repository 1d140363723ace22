// Signs in, uploads, walks through pages and handles an error with the client that OpenAPI Generator writes for Go.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	coffer "github.com/GIT_USER_ID/GIT_REPO_ID"
	"mailbox"
)

func must[T any](value T, _ any, err error) T {
	if err != nil {
		var detailed *coffer.GenericOpenAPIError
		if errors.As(err, &detailed) {
			fmt.Println(string(detailed.Body()))
		}
		panic(err)
	}
	return value
}

func open(name string) *os.File {
	file, err := os.Open(os.Getenv("PICTURES") + "/" + name)
	if err != nil {
		panic(err)
	}
	return file
}

func main() {
	configuration := coffer.NewConfiguration()
	configuration.Servers = coffer.ServerConfigurations{{URL: os.Getenv("COFFER_URL")}}
	api := coffer.NewAPIClient(configuration)
	background := context.Background()

	login := coffer.NewLoginRequest(os.Getenv("EMAIL"), os.Getenv("PASSWORD"))
	challenge := must(api.SignInAPI.Login(background).LoginRequest(*login).Execute())
	verify := coffer.NewVerifyLoginRequest(challenge.ChallengeId)
	verify.SetCode(mailbox.Code())
	verify.SetDelivery("body")
	tokens := must(api.SignInAPI.VerifyLogin(background).VerifyLoginRequest(*verify).Execute())
	ctx := context.WithValue(background, coffer.ContextAccessToken, tokens.AccessToken)

	files := []*os.File{open("1.png"), open("2.png")}
	uploaded := must(api.AssetsAPI.UploadAssets(ctx).Tags([]string{"black", "square"}).File(files).Execute())
	tags := [][]string{uploaded.Items[0].Tags, uploaded.Items[1].Tags}
	text, _ := json.Marshal(tags)
	fmt.Println("tags", string(text))

	pages, bytes, cursor := 0, int64(0), ""
	for {
		request := api.AssetsAPI.ListAssets(ctx).Limit(2).Sort("filename")
		if cursor != "" {
			request = request.Cursor(cursor)
		}
		page := must(request.Execute())
		pages++
		bytes = page.Items[len(page.Items)-1].Bytes
		next := page.NextCursor.Get()
		if next == nil {
			break
		}
		cursor = *next
	}
	fmt.Println("pages", pages, "bytes", bytes)

	_, response, err := api.AssetsAPI.GetAsset(ctx, "nothing").Execute()
	var detailed *coffer.GenericOpenAPIError
	errors.As(err, &detailed)
	fmt.Println(response.StatusCode, detailed.Model().(coffer.Problem).Code)
}
