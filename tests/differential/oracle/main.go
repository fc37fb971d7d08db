// Oracle tells what kube-apiserver thinks of NetworkPolicy documents.
//
// It reads one JSON object per line, {"id": 1, "text": "<document>"}, and
// answers each, in order, with
//
//	{"id": 1, "verdict": "accepted"|"rejected", "stage": "...", "errors": [...]}
//
// where stage is the last one the document reached (see Stage) and errors are
// all those of that stage. The judgement is not ours: it is the decoding,
// defaulting and validation of the k8s.io/kubernetes release in go.mod.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	utilfeature "k8s.io/apiserver/pkg/util/feature"
	"k8s.io/kubernetes/pkg/features"
)

// A question is one line of input. The id is handed back as it came.
type question struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
}

// An answer is one line of output.
type answer struct {
	ID      json.RawMessage `json:"id"`
	Verdict string          `json:"verdict"`
	Stage   Stage           `json:"stage"`
	Errors  []string        `json:"errors"`
}

func main() {
	strictCIDR := flag.Bool("strict-cidr", true,
		"refuse ambiguous CIDRs, as Kubernetes does since 1.36")
	flag.Parse()

	if err := setStrictCIDR(*strictCIDR); err != nil {
		fail(err)
	}
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fail(err)
	}
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, "oracle:", err)
	os.Exit(1)
}

// setStrictCIDR turns the feature gate of the three CIDR rules on or off: the
// only rules whose default changed among the releases that the linter knows.
func setStrictCIDR(on bool) error {
	return utilfeature.DefaultMutableFeatureGate.SetFromMap(map[string]bool{
		string(features.StrictIPCIDRValidation): on,
	})
}

// answerAll answers questions until the input ends.
func answerAll(in io.Reader, out io.Writer) error {
	w := bufio.NewWriter(out)
	questions, answers := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(w)
	answers.SetEscapeHTML(false)
	for {
		var q question
		if err := questions.Decode(&q); errors.Is(err, io.EOF) {
			return w.Flush()
		} else if err != nil {
			return fmt.Errorf("reading a question: %w", err)
		}
		if err := answers.Encode(judge(q)); err != nil {
			return fmt.Errorf("writing an answer: %w", err)
		}
	}
}

func judge(q question) answer {
	err := Create([]byte(q.Text))
	if err == nil {
		return answer{ID: q.ID, Verdict: "accepted", Stage: StageValidation, Errors: []string{}}
	}
	var refusal *Refusal
	if !errors.As(err, &refusal) {
		panic(err) // Create promises nothing else.
	}
	return answer{ID: q.ID, Verdict: "rejected", Stage: refusal.Stage, Errors: refusal.Errors}
}
