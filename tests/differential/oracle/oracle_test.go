package main

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
)

// policy is the text of a right policy with the lines of a spec below it.
func policy(spec ...string) string {
	head := "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: shop}\n"
	return head + strings.Join(spec, "\n") + "\n"
}

// named is the text of a right policy with this metadata.
func named(metadata string) string {
	return "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {" + metadata + "}\nspec: {}\n"
}

// ports and to wrap one port item, or one peer, in a policy.
func ports(item string) string { return policy("spec: {ingress: [{ports: [" + item + "]}]}") }
func to(peer string) string    { return policy("spec: {egress: [{to: [" + peer + "]}]}") }

// TestCreate holds the oracle to facts that are easy to get wrong. An empty
// stage means that the document is accepted; errors counts the errors listed.
func TestCreate(t *testing.T) {
	facts := []struct {
		name   string
		text   string
		stage  Stage
		errors int
	}{
		{"no spec", policy(""), "", 0},
		{"null spec", policy("spec:"), "", 0},
		{"null rule allows everything", policy("spec: {ingress: [null]}"), "", 0},
		{"null port item", ports("null"), "", 0},
		{"null peer names nobody", to("null"), StageValidation, 1},
		{"null selector is no peer", to("{podSelector: }"), StageValidation, 1},
		{"null selector beside a block", to("{podSelector: , ipBlock: {cidr: 10.0.0.0/8}}"), "", 0},
		{"empty selector beside a block", to("{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}"), StageValidation, 1},

		{"port 80.0 is 80", ports("{port: 80.0}"), "", 0},
		{"port 080 is a float, 80", ports("{port: 080}"), "", 0},
		{"port 80.5", ports("{port: 80.5}"), StageType, 1},
		{"JSON port 80.0", `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "shop"},
			"spec": {"ingress": [{"ports": [{"port": 80.0}]}]}}`, StageType, 1},
		{"quoted port is a bad name", ports(`{port: "80"}`), StageValidation, 1},
		{"quoted port with an endPort", ports(`{port: "80", endPort: 90}`), StageValidation, 2},
		{"quoted hexadecimal is a good name", ports(`{port: "0x50"}`), "", 0},
		{"empty protocol", ports(`{protocol: ""}`), StageValidation, 1},

		{"host bits", to("{ipBlock: {cidr: 10.0.0.1/8}}"), StageValidation, 1},
		{"leading zero", to("{ipBlock: {cidr: 010.0.0.0/8}}"), StageValidation, 1},
		{"except equals its cidr", to("{ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/8]}}"), StageValidation, 1},
		{"bad cidr hides its excepts", to("{ipBlock: {cidr: x, except: [p, q]}}"), StageValidation, 1},

		{"three policyTypes are only counted", policy("spec: {policyTypes: [a, b, c]}"), StageValidation, 1},
		{"policyTypes twice", policy("spec: {policyTypes: [Ingress, Ingress]}"), "", 0},
		{"bare y is a boolean", policy("spec: {podSelector: {matchLabels: {a: y}}}"), StageType, 1},
		{"two label errors", named(`name: shop, labels: {a: "-", b: "-"}`), StageValidation, 2},
		{"generateName that no suffix can mend", named("generateName: foo.-"), StageValidation, 1},
		{"one controller twice in equal terms", named("name: shop, ownerReferences: [&o " +
			"{apiVersion: v1, kind: Pod, name: p, uid: u, controller: true}, *o]"), "", 0},

		{"unknown and duplicate fields come together", policy("status: {}", "spec: {}", "spec: {}"), StageStrict, 2},
		{"overridden merge is a duplicate", policy("spec:", "  podSelector:",
			"    matchLabels: {<<: {a: b}, a: c}"), StageStrict, 1},
		{"a type error hides strict errors", policy("status: {}", "spec: []"), StageType, 1},
		{"null key", policy("spec: {podSelector: {matchLabels: {~: a}}}"), StageYAML, 1},
		{"YAML 1.2 directive", "%YAML 1.2\n---\n" + policy("spec: {}"), StageYAML, 1},
		{"other version", strings.Replace(policy(""), "/v1", "/v1beta1", 1), StageKind, 1},
	}
	for _, fact := range facts {
		t.Run(fact.name, func(t *testing.T) {
			err := Create([]byte(fact.text))
			if fact.stage == "" {
				if err != nil {
					t.Fatalf("want accepted, got %v", err)
				}
				return
			}
			var refusal *Refusal
			if !errors.As(err, &refusal) {
				t.Fatalf("want a refusal at %s, got %v", fact.stage, err)
			}
			if refusal.Stage != fact.stage || len(refusal.Errors) != fact.errors {
				t.Errorf("want %d errors at %s, got %v", fact.errors, fact.stage, refusal)
			}
		})
	}
}

// TestStrictCIDR: what 1.36 refuses is accepted once the gate is off.
func TestStrictCIDR(t *testing.T) {
	if err := setStrictCIDR(false); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := setStrictCIDR(true); err != nil {
			t.Error(err)
		}
	})
	for _, cidr := range []string{"10.0.0.1/8", "010.0.0.0/8", "10.0.0.0/08", "::ffff:10.0.0.0/104"} {
		if err := Create([]byte(to("{ipBlock: {cidr: \"" + cidr + "\"}}"))); err != nil {
			t.Errorf("%s: %v", cidr, err)
		}
	}
}

// TestAnswerAll: one answer a question, in order, the ids handed back.
func TestAnswerAll(t *testing.T) {
	var in, out strings.Builder
	questions := json.NewEncoder(&in)
	for id, text := range []string{policy("spec: {}"), "a: [", "kind: Pod"} {
		if err := questions.Encode(map[string]any{"id": id, "text": text}); err != nil {
			t.Fatal(err)
		}
	}
	if err := answerAll(strings.NewReader(in.String()), &out); err != nil {
		t.Fatal(err)
	}
	want := []string{
		`{"id":0,"verdict":"accepted","stage":"validation","errors":[]}`,
		`{"id":1,"verdict":"rejected","stage":"yaml"`,
		`{"id":2,"verdict":"rejected","stage":"kind"`,
	}
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != len(want) {
		t.Fatalf("want %d answers, got %q", len(want), lines)
	}
	for i, line := range lines {
		if !strings.HasPrefix(line, want[i]) {
			t.Errorf("want %s, got %s", want[i], line)
		}
	}
}
