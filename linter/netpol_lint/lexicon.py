"""The words in which people say what a policy is for: data only, one table for each language.

A table maps a class to its terms, parted by blanks. A hyphen joins the words of one term; between
them the text may have blanks, hyphens, dots or nothing. Alphabetic words are matched as whole
words, so inflections are listed; words in Hangul, Kana or Han are found inside longer ones,
unless `=` stands before them. A term may be in several classes, and the longest term wins: an
IDIOM takes its words out of all the others. A further language is one more table in LANGUAGES.
"""

from __future__ import annotations

from enum import StrEnum


class Word(StrEnum):
    """What a term stands for."""

    # What a policy does.
    DENY = "deny"
    ALLOW = "allow"
    QUARANTINE = "quarantine"
    INBOUND = "inbound"
    OUTBOUND = "outbound"

    # Whom or what it is about.
    ALL = "all"
    EVERYONE = "everyone"
    """All of the world. The ALL terms are in it, but not those of ALL_OF."""
    OUTSIDE = "outside"
    INTERNAL = "internal"
    SAME_NAMESPACE = "same namespace"
    NAMESPACE = "namespace"
    ALL_PORTS = "all ports"
    METADATA = "metadata"
    API_SERVER = "api server"
    DNS = "dns"
    IDENTITY = "identity"
    """Pods that fetch their credentials from the platform."""
    MACHINERY = "machinery"
    """Callers that no selector can name: probes, webhooks, nodes."""

    # How things are joined and meant.
    OR = "or"
    AND = "and"
    DEFAULT = "default"
    TEMPORARY = "temporary"
    EXCEPTION = "exception"
    """An exception is announced: "but allow", "except for"."""

    # The grammar around them.
    NOT = "not"
    """Negates what follows."""
    NOT_SO = "not so"
    """Negates what goes before, as in Korean."""
    FROM = "from"
    TO = "to"
    ABOUT = "about"
    """Introduces the pods a policy is about."""
    TRAFFIC = "traffic"
    PLAIN = "plain"
    """Says nothing of its own."""
    LIMIT = "limit"
    """Takes something back, or leaves it open whether the sentence holds here."""
    ALL_OF = "all of"
    """An ALL that belongs to a noun: all of these, not everything."""
    HOMONYM = "homonym"
    """A verb that is a noun or an adjective just as often: counts only beside a word of traffic."""
    IDIOM = "idiom"
    """A fixed phrase, mostly the name of a thing, whose words do not have their usual meaning."""


IMPLIES = {
    Word.ALL_PORTS: (Word.ALL, Word.ALL_OF),
    Word.ALL_OF: (Word.ALL,),
    Word.SAME_NAMESPACE: (Word.NAMESPACE,),
    Word.EXCEPTION: (Word.LIMIT,),
    Word.TEMPORARY: (Word.LIMIT,),
}
"""Classes whose terms belong to further classes in every language."""

ENGLISH = {
    Word.DENY: """
        deny denies denied denying block blocks blocked blocking drop drops dropped dropping
        forbid forbids forbidden forbidding reject rejects rejected rejecting
        isolate isolates isolated isolating lockdown lock-down locks-down locked-down
        disallow disallows disallowed disallowing prohibit prohibits prohibited prohibiting
        no-traffic no-ingress no-egress no-inbound no-outbound no-incoming no-outgoing
        allow-no allows-no allow-none allows-none allow-nothing allows-nothing
        permit-no permits-no permit-none permits-none permit-nothing permits-nothing
        """,
    Word.ALLOW: """
        allow allows allowed allowing permit permits permitted permitting
        accept accepts accepted accepting open opens opened opening
        """,
    Word.QUARANTINE: """
        quarantine quarantines quarantined quarantining isolate isolates isolated isolating
        lockdown lock-down locked-down containment emergency
        """,
    Word.INBOUND: "ingress inbound incoming no-ingress no-inbound no-incoming",
    Word.OUTBOUND: "egress outbound outgoing no-egress no-outbound no-outgoing",
    Word.ALL: """
        all any every everything everyone everybody everywhere anything anyone anybody anywhere
        all-source any-source all-sources every-source all-destinations any-destination
        any-host all-hosts any-address all-addresses any-ip all-ips
        """,
    Word.EVERYONE: "public world loadbalancer load-balancer",
    Word.OUTSIDE: """
        internet external externally outside public publicly world third-party 3rd-party saas
        https-api https-apis stripe sendgrid send-grid github git-hub slack s3 sqs aws azure gcp
        """,
    Word.INTERNAL: "internal internally all-internal any-internal cluster in-cluster intra-cluster",
    Word.SAME_NAMESPACE: """
        same-namespace own-namespace this-namespace same-ns own-ns this-ns its-namespace
        within-namespace within-the-namespace inside-namespace inside-the-namespace
        intra-namespace
        """,
    Word.NAMESPACE: """
        namespace namespaces ns all-namespaces all-namespace all-ns any-namespace every-namespace
        """,
    Word.ALL_PORTS: """
        all-ports all-port any-port every-port all-tcp any-tcp all-udp any-udp all-sctp
        all-protocols
        """,
    Word.METADATA: "metadata imds 169.254.169.254",
    Word.API_SERVER: """
        apiserver apiservers api-server api-servers kubernetes-api kube-api k8s-api kube-apiserver
        kube-api-server kubernetes-api-server kubernetes-apiserver
        """,
    Word.DNS: "dns resolver resolvers coredns kubedns",
    Word.IDENTITY: "identity irsa workload-identity pod-identity kube2iam kiam proxy",
    Word.MACHINERY: """
        webhook webhooks health healthcheck healthchecks healthz livez readyz probe probes metrics
        iscsi node nodes kubelet kubelets
        """,
    Word.OR: "or also either plus as-well-as any-of alternatively",
    Word.AND: """
        only within inside specific both pods-in pod-in all-pods-in any-pod-in every-pod-in
        within-namespace within-the-namespace inside-namespace inside-the-namespace
        """,
    Word.DEFAULT: "default",
    Word.TEMPORARY: """
        temp tmp temporary temporarily debug debugging migration migrating todo fixme until
        """,
    Word.EXCEPTION: """
        except exception exceptions but-allow but-permit apart-from other-than besides
        """,
    Word.NOT: """
        not never without except no cannot can't don't doesn't isn't aren't won't mustn't
        shouldn't dont doesnt nothing nobody none neither nor no-traffic no-ingress no-egress
        no-inbound no-outbound no-incoming no-outgoing
        """,
    Word.FROM: "from",
    Word.TO: "to towards",
    Word.ABOUT: "for in into inside within of on across throughout out",
    Word.TRAFFIC: """
        traffic connection connections connectivity access communication network networking packet
        packets flow flows no-traffic
        """,
    Word.PLAIN: """
        a an the this that it its is are be gets get will shall should must we do does and both
        policy policies networkpolicy networkpolicies network-policy network-policies np netpol
        rule rules default please pod pods namespace namespaces ns workload workloads
        direction directions completely entirely note description purpose
        """,
    Word.LIMIT: """
        otherwise else elsewhere excepting excluding exclude excludes apart other others another
        all-other any-other all-the-other but only unless if when whenever where while could would
        can may might instead than however though although yet then later before after example e.g
        i.e was were been used previously formerly originally normally usually often by-default
        unlike rather some certain specific explicitly implicitly no-longer anymore prod
        production staging stage dev development
        """,
    Word.ALL_OF: """
        all-pods all-pod any-pod any-pods every-pod all-pods-in any-pod-in every-pod-in
        all-namespaces all-namespace all-ns any-namespace every-namespace all-services any-service
        all-workloads any-workload all-apps all-clients any-client all-users all-nodes any-node
        all-networks any-network all-internal any-internal all-local any-local all-other any-other
        all-the-other
        """,
    Word.HOMONYM: """
        denied block blocks blocked blocking drop drops dropped dropping reject rejects rejected
        rejecting isolate isolates isolated isolating forbidden disallowed prohibited allowed
        permit permits permitted accept accepts accepted accepting open opens opened opening
        """,
    Word.IDIOM: """
        ingress-nginx ingress-controller ingress-controllers ingress-gateway ingress-gateways
        ingress-class ingress-classes ingress-operator ingress-router ingress-routers
        ingress-proxy ingress-traefik ingress-haproxy ingress-kong ingress-istio ingress-contour
        ingress-resource ingress-resources ingress-object ingress-objects ingress-host
        ingress-hosts ingress-namespace nginx-ingress nginx-ingress-controller traefik-ingress
        haproxy-ingress istio-ingress kong-ingress contour-ingress openshift-ingress alb-ingress
        egress-gateway egress-gateways egress-router egress-proxy egress-operator egress-ip
        egress-ips block-list block-lists block-storage block-device block-devices block-chain
        block-explorer block-size block-volume block-production ip-block ip-blocks cidr-block
        cidr-blocks code-block deny-list deny-lists allow-list allow-lists allow-listed
        deny-listed drop-in drop-ins drop-down drop-box drop-zone drop-off drop-shipping
        accept-header accept-headers accept-language reject-queue dead-letter open-api
        open-telemetry open-search open-policy open-id open-webui open-source open-stack
        open-shift open-faas open-ebs open-feature open-cost open-metrics open-vpn open-ldap
        open-resty open-ssl open-data open-project open-metadata all-in-one any-cable catch-all
        external-secrets external-secret external-dns external-snapshotter external-provisioner
        external-attacher external-resizer external-name public-key public-keys hello-world
        """,
}

KOREAN = {
    Word.DENY: "차단 거부 격리 금지 불허",
    Word.ALLOW: "허용 모두-허용",
    Word.QUARANTINE: "격리",
    Word.INBOUND: "수신 인바운드 인그레스",
    Word.OUTBOUND: "송신 아웃바운드 이그레스",
    Word.ALL: "모든 모두 전체 전부 누구나 모두-허용 모든-트래픽",
    Word.EVERYONE: "외부-공개 모두-허용 모든-트래픽",
    Word.OUTSIDE: "외부 인터넷 외부망 외부-공개",
    Word.INTERNAL: "내부 내부망 클러스터",
    Word.SAME_NAMESPACE: "같은-네임스페이스 동일-네임스페이스 동일한-네임스페이스",
    Word.NAMESPACE: "네임스페이스 모든-네임스페이스 전체-네임스페이스",
    Word.ALL_PORTS: "모든-포트 전체-포트",
    Word.METADATA: "메타데이터",
    Word.API_SERVER: "API-서버 쿠버네티스-API",
    Word.DNS: "네임서버",
    Word.MACHINERY: "웹훅 헬스체크 프로브 메트릭 노드",
    Word.OR: "또는 혹은 이거나",
    Word.AND: "네임스페이스-의",
    Word.DEFAULT: "기본",
    Word.TEMPORARY: "임시 디버그 디버깅 마이그레이션",
    Word.EXCEPTION: "제외 예외 빼고",
    Word.NOT: "=안 =못",
    Word.NOT_SO: "않 없 =안 =못 =말 =말고 아닌 아님 제외",
    Word.TRAFFIC: "트래픽 통신 접속 연결 접근 모든-트래픽",
    Word.PLAIN: """
        =을 =를 =은 =는 =이 =가 =에 =의 =로 =으로 =와 =과 =및 =함 =됨 =다 =들 =하는 =한다 =합니다
        =하기 =된다 =됩니다 =되는 =에서 =에서의 =으로의 =로의 =에서는 =대한 =해당 들어오는 나가는
        들어오고 정책 네트워크 네임스페이스 파드 포드 기본
        """,
    Word.LIMIT: """
        나머지 =외 =외에 =외에는 =외의 =만 =만을 =만이 =단 다만 단지 다른 그외
        기본적으로 경우 아닌 아닐 없으면 이후 이전 개발 운영 일부 특정
        """,
    Word.ALL_OF: "모든-파드 모든-포드 전체-파드 모든-네임스페이스 전체-네임스페이스",
    Word.IDIOM: "인그레스-컨트롤러 인그레스-게이트웨이 이그레스-게이트웨이 차단-목록 허용-목록",
}

LANGUAGES = {"en": ENGLISH, "ko": KOREAN}
"""The tables in use, by language."""
