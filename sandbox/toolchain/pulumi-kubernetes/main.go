// The official Kubernetes provider of Pulumi. Its own main package needs generated files that its module lacks.
package main

import (
	_ "embed"

	"github.com/pulumi/pulumi-kubernetes/provider/v4/pkg/provider"
)

//go:embed schema.json
var schema []byte

//go:embed terraform-mapping.json
var terraformMapping []byte

// Set by the linker: the version of the SDK whose plugin this is.
var version string

func main() {
	provider.Serve("kubernetes", version, schema, terraformMapping)
}
