// Package mailbox reads the code of a sign-in from the local mailbox.
package mailbox

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"
)

var digits = regexp.MustCompile(`(?m)^\s*(\d{6})\s*$`)

// Code returns the code, once it has arrived.
func Code() string {
	for {
		response, err := http.Get(os.Getenv("MAILBOX_URL") + "/messages?to=" + url.QueryEscape(os.Getenv("EMAIL")))
		if err != nil {
			panic(err)
		}
		var page struct {
			Items []struct{ Subject, Text string }
		}
		err = json.NewDecoder(response.Body).Decode(&page)
		response.Body.Close()
		if err != nil {
			panic(err)
		}
		for _, mail := range page.Items {
			if strings.Contains(mail.Subject, "sign-in code") {
				return digits.FindStringSubmatch(mail.Text)[1]
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
}
