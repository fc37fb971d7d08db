package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializerjson "k8s.io/apimachinery/pkg/runtime/serializer/json"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"k8s.io/apiserver/pkg/endpoints/request"
	"k8s.io/apiserver/pkg/registry/rest"
	"k8s.io/kubernetes/pkg/api/legacyscheme"
	"k8s.io/kubernetes/pkg/apis/networking"
	"k8s.io/kubernetes/pkg/registry/networking/networkpolicy"
	"sigs.k8s.io/yaml"

	// ObjectMeta is validated by the core group, and every kind registers
	// itself with the one scheme that kube-apiserver decodes with.
	_ "k8s.io/kubernetes/pkg/apis/core/install"
	_ "k8s.io/kubernetes/pkg/apis/networking/install"
)

// Stage is the last step of kube-apiserver's pipeline that a document reached.
// A refusal at one stage hides all the later ones.
type Stage string

// The stages, in the order in which a request goes through them.
const (
	StageYAML       Stage = "yaml"       // YAML to JSON
	StageKind       Stage = "kind"       // apiVersion and kind
	StageType       Stage = "type"       // JSON to struct: the first wrong type ends it
	StageStrict     Stage = "strict"     // unknown and duplicate fields
	StageValidation Stage = "validation" // the rules of the kind, on the defaulted object
)

// A Refusal is why kube-apiserver turns a document down.
type Refusal struct {
	Stage  Stage
	Errors []string
}

// Error makes a Refusal an error, so that a stage can simply return it.
func (r *Refusal) Error() string {
	return fmt.Sprintf("refused at stage %s: %q", r.Stage, r.Errors)
}

func refuse(stage Stage, err error) *Refusal {
	return &Refusal{Stage: stage, Errors: []string{err.Error()}}
}

// want is what a document must say that it is.
var want = schema.GroupVersionKind{Group: networking.GroupName, Version: "v1", Kind: "NetworkPolicy"}

// Create does to text what kube-apiserver does to the body of a create request
// sent with fieldValidation=Strict, as far as no cluster is needed for it.
// It returns a *Refusal if the document would be refused.
func Create(text []byte) error {
	policy, err := decode(text)
	if err != nil {
		return err
	}
	return admit(policy)
}

// decode goes from text to the defaulted internal object. The yaml and kind
// stages are done apart, only to learn at which stage the decoder would stop:
// its own errors do not say.
func decode(text []byte) (*networking.NetworkPolicy, error) {
	mediaType, data := runtime.ContentTypeJSON, text
	if !isJSON(text) {
		mediaType = runtime.ContentTypeYAML
		var err error
		if data, err = yaml.YAMLToJSON(text); err != nil {
			return nil, refuse(StageYAML, err)
		}
	}

	gvk, err := serializerjson.DefaultMetaFactory.Interpret(data)
	if err != nil {
		return nil, refuse(StageKind, err)
	}
	if *gvk != want {
		return nil, refuse(StageKind, fmt.Errorf("expected %v, got %v", want, gvk))
	}

	obj, _, err := decoderFor(mediaType).Decode(text, nil, nil)
	if strict, ok := runtime.AsStrictDecodingError(err); ok {
		refusal := &Refusal{Stage: StageStrict}
		for _, err := range strict.Errors() {
			refusal.Errors = append(refusal.Errors, err.Error())
		}
		return nil, refusal
	}
	if err != nil {
		return nil, refuse(StageType, err)
	}
	return obj.(*networking.NetworkPolicy), nil
}

// isJSON tells which decoder kubectl would choose: a document that opens a
// brace is JSON if it can be, and is sent on untouched. It matters, since
// 80.0 is an integer in YAML, but not in JSON.
func isJSON(text []byte) bool {
	return utilyaml.IsJSONBuffer(text) && json.Valid(text)
}

// decoderFor returns the decoder of the create handler: strict, and then
// defaulting and converting to the internal version.
func decoderFor(mediaType string) runtime.Decoder {
	info, ok := runtime.SerializerInfoForMediaType(legacyscheme.Codecs.SupportedMediaTypes(), mediaType)
	if !ok {
		panic("kube-apiserver has no serializer for " + mediaType)
	}
	hub := schema.GroupVersion{Group: want.Group, Version: runtime.APIVersionInternal}
	return legacyscheme.Codecs.DecoderToVersion(info.StrictSerializer, hub)
}

// admit runs the part of a create request that follows decoding, in the order
// of the create handler and the generic registry store.
func admit(policy *networking.NetworkPolicy) error {
	rest.WipeObjectMetaSystemFields(policy)
	if policy.Namespace == "" {
		policy.Namespace = metav1.NamespaceDefault
	}
	policy.OwnerReferences = dedupe(policy.OwnerReferences)
	// The server's own field manager writes this list; what a client sends is
	// replaced before validation could look at it.
	policy.ManagedFields = nil

	rest.FillObjectMetaSystemFields(policy)
	if policy.Name == "" && policy.GenerateName != "" {
		policy.Name = networkpolicy.Strategy.GenerateName(policy.GenerateName)
	}

	err := rest.BeforeCreate(networkpolicy.Strategy, requestTo(policy.Namespace), policy)
	if err == nil {
		return nil
	}
	var status *apierrors.StatusError
	if !errors.As(err, &status) || status.ErrStatus.Details == nil {
		return refuse(StageValidation, err)
	}
	refusal := &Refusal{Stage: StageValidation}
	for _, cause := range status.ErrStatus.Details.Causes {
		refusal.Errors = append(refusal.Errors, cause.Field+": "+cause.Message)
	}
	return refusal
}

// dedupe drops repeated owner references, as the create handler does before
// it validates: a controller that is named twice in equal terms is no error.
func dedupe(refs []metav1.OwnerReference) []metav1.OwnerReference {
	var kept []metav1.OwnerReference
	for _, ref := range refs {
		if !slices.ContainsFunc(kept, func(other metav1.OwnerReference) bool {
			return apiequality.Semantic.DeepEqual(ref, other)
		}) {
			kept = append(kept, ref)
		}
	}
	return kept
}

// requestTo returns the context of a create request to one namespace. A
// namespace that differs from the object's cannot occur in a file, so the
// object's own is the request's.
func requestTo(namespace string) context.Context {
	ctx := request.WithNamespace(context.Background(), namespace)
	return request.WithRequestInfo(ctx, &request.RequestInfo{
		IsResourceRequest: true,
		Verb:              "create",
		APIGroup:          want.Group,
		APIVersion:        want.Version,
		Namespace:         namespace,
		Resource:          "networkpolicies",
	})
}
