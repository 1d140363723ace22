// Signs in, uploads, walks through pages and handles an error with the client that oapi-codegen writes. A form is written by hand.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"os"

	"mailbox"
	"program/api"
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func pointer[T any](value T) *T { return &value }

func form() (string, io.Reader) {
	body := &bytes.Buffer{}
	writer := multipart.NewWriter(body)
	for _, tag := range []string{"black", "square"} {
		writer.WriteField("tags", tag)
	}
	for _, name := range []string{"1.png", "2.png"} {
		part := must(writer.CreateFormFile("file", name))
		part.Write(must(os.ReadFile(os.Getenv("PICTURES") + "/" + name)))
	}
	writer.Close()
	return writer.FormDataContentType(), body
}

func main() {
	ctx := context.Background()
	accessToken := ""
	authorize := func(_ context.Context, request *http.Request) error {
		if accessToken != "" {
			request.Header.Set("Authorization", "Bearer "+accessToken)
		}
		return nil
	}
	client := must(api.NewClientWithResponses(os.Getenv("COFFER_URL"), api.WithRequestEditorFn(authorize)))

	login := api.LoginRequest{Email: os.Getenv("EMAIL"), Password: os.Getenv("PASSWORD")}
	challenge := must(client.LoginWithResponse(ctx, login)).JSON202
	verify := api.VerifyLoginRequest{
		ChallengeId: challenge.ChallengeId,
		Code:        pointer(mailbox.Code()),
		Delivery:    pointer(api.TokenDelivery("body")),
	}
	accessToken = must(client.VerifyLoginWithResponse(ctx, verify)).JSON200.AccessToken

	contentType, body := form()
	uploaded := must(client.UploadAssetsWithBodyWithResponse(ctx, nil, contentType, body)).JSON201
	text := must(json.Marshal([][]string{uploaded.Items[0].Tags, uploaded.Items[1].Tags}))
	fmt.Println("tags", string(text))

	pages, size := 0, int64(0)
	query := &api.ListAssetsParams{Limit: pointer(int32(2)), Sort: pointer(api.ListAssetsParamsSort("filename"))}
	for {
		page := must(client.ListAssetsWithResponse(ctx, query)).JSON200
		pages++
		size = page.Items[len(page.Items)-1].Bytes
		if page.NextCursor == nil {
			break
		}
		query.Cursor = page.NextCursor
	}
	fmt.Println("pages", pages, "bytes", size)

	missing := must(client.GetAssetWithResponse(ctx, "nothing", nil))
	fmt.Println(missing.StatusCode(), missing.ApplicationproblemJSON404.Code)
}
