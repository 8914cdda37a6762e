package main

import (
	"fmt"
	"log"
	"os"

	"github.com/omise/omise-go"
	"github.com/omise/omise-go/operations"
)

func main() {
	client, err := omise.NewClient(os.Getenv("OMISE_PUBLIC_KEY"), os.Getenv("OMISE_SECRET_KEY"))
	if err != nil {
		log.Fatal(err)
	}
	create := &operations.CreateSource{Type: "promptpay", Amount: 10000, Currency: "thb"}
	client.Endpoints[create.Describe().Endpoint] = "http://127.0.0.1:4010"

	source := &omise.Source{}
	if err := client.Do(source, create); err != nil {
		log.Fatal(err)
	}
	fmt.Println(source.ID, source.Flow)
}
