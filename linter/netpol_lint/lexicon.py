"""The words in which people say what a policy is for: data only, one table for each language.

A table maps a class to its terms, parted by blanks. A hyphen joins the words of one term; between
them the text may have blanks, hyphens, dots or nothing. Alphabetic words are matched as whole
words, so inflections are listed; words in Hangul, Kana or Han are found inside longer ones,
unless `=` stands before them. A word that ends in an apostrophe is cut off the one behind it. A
term may be in several classes, and the longest term wins: an IDIOM takes its words out of all the
others.

Names and most comments are English, so another language is heard only in a text that shows it:
by its script, or by its words (SIGNS). There its own meaning of a term goes before the English
one, as with Spanish "todo". A further language is one more table in LANGUAGES.
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
    ARTICLE = "article"
    PLAIN = "plain"
    """Says nothing of its own."""
    LIMIT = "limit"
    """Takes something back, or leaves it open whether the sentence holds here."""
    ENVIRONMENT = "environment"
    """A stage of delivery: what is said of it may not hold here."""
    UNDO = "undo"
    """In a name: takes a denial or an allowance back."""
    ALL_OF = "all of"
    """An ALL that belongs to a noun: all of these, not everything."""
    HOMONYM = "homonym"
    """A verb that is a noun or an adjective just as often: counts only beside a word of traffic."""
    IDIOM = "idiom"
    """A fixed phrase, mostly the name of a thing, whose words do not have their usual meaning."""
    SHARED = "shared"
    """A word that others have as well, or that names products: it does not tell the language."""


IMPLIES = {
    Word.ALL_PORTS: (Word.ALL, Word.ALL_OF),
    Word.ALL_OF: (Word.ALL,),
    Word.SAME_NAMESPACE: (Word.NAMESPACE,),
    Word.EXCEPTION: (Word.LIMIT,),
    Word.TEMPORARY: (Word.LIMIT,),
    Word.ENVIRONMENT: (Word.LIMIT,),
    Word.ARTICLE: (Word.PLAIN,),
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
        permit-no permits-no permit-none permits-none permit-nothing permits-nothing denyall
        """,
    Word.ALLOW: """
        allow allows allowed allowing permit permits permitted permitting
        accept accepts accepted accepting open opens opened opening allowall
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
        any-host all-hosts any-address all-addresses any-ip all-ips denyall allowall
        """,
    Word.EVERYONE: "public world outside-world loadbalancer load-balancer",
    Word.OUTSIDE: """
        internet external externally outside public publicly world third-party 3rd-party saas
        https-api https-apis stripe sendgrid send-grid github git-hub slack s3 sqs aws azure gcp
        outside-cluster outside-the-cluster outside-of-cluster outside-of-the-cluster
        outside-world
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
    Word.DEFAULT: "default by-default",
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
    Word.ARTICLE: "a an the",
    Word.PLAIN: """
        this that it its is are be gets get will shall should must we do does and both
        policy policies networkpolicy networkpolicies network-policy network-policies np netpol
        rule rules default please pod pods namespace namespaces ns workload workloads
        direction directions completely entirely note description purpose by-default
        """,
    Word.LIMIT: """
        otherwise else elsewhere excepting excluding exclude excludes apart other others another
        all-other any-other all-the-other but only unless if when whenever where while could would
        can may might instead than however though although yet then later before after example e.g
        i.e was were been used previously formerly originally normally usually often
        unlike rather some certain specific explicitly implicitly no-longer anymore not-only
        without-policy without-policies without-a-policy without-any-policy without-the-policy
        without-this-policy without-network-policies without-a-network-policy
        without-any-network-policy without-this-network-policy without-networkpolicy
        without-a-networkpolicy without-any-networkpolicy without-this-networkpolicy
        without-networkpolicies without-any-policies without-any-network-policies
        without-any-networkpolicies without-a-rule without-this-rule without-any-rule without-it
        fresh-cluster new-cluster vanilla-cluster plain-cluster stock-cluster out-of-the-box
        in-kubernetes in-k8s absence
        """,
    Word.ENVIRONMENT: "prod production staging stage dev development",
    Word.UNDO: """
        override overrides overriding undo undoes undoing disable disables disabled disabling
        bypass bypasses bypassing exempt exempts exempted exemption exemptions remove removes
        removed removing lift lifts lifted lifting revoke revokes revoked cancel cancels cancelled
        revert reverts suspend suspends suspended waive waives opt-out
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
        outside-our outside-of-our outside-the-mesh outside-of-the-mesh outside-the-team
        github-runner github-runners github-actions-runner github-actions-runners aws-cli
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
        non-public non-external non-internet
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
    Word.NOT_SO: "않 없 =안 =못 =말 =말고 아닌 아님 제외 불가",
    Word.TRAFFIC: "트래픽 통신 접속 연결 접근 모든-트래픽",
    Word.PLAIN: """
        =을 =를 =은 =는 =이 =가 =에 =의 =로 =으로 =와 =과 =및 =함 =됨 =다 =들 =하는 =한다 =합니다
        =하기 =된다 =됩니다 =되는 =에서 =에서는 =대한 =해당 들어오는 나가는 들어오고 정책 네트워크
        =할 =수 네임스페이스 파드 포드 기본
        """,
    Word.LIMIT: """
        나머지 =외 =외에 =외에는 =만 =만을 =만이 =단 다만 단지 다른 그외 기본적으로 경우 아닌 아닐
        없으면 이후 이전 일부 특정 정책-없이 정책이-없을
        """,
    Word.ENVIRONMENT: "개발 운영",
    Word.UNDO: "해제 우회 무효 무효화 취소 철회",
    Word.ALL_OF: "모든-파드 모든-포드 전체-파드 모든-네임스페이스 전체-네임스페이스",
    Word.IDIOM: "인그레스-컨트롤러 인그레스-게이트웨이 이그레스-게이트웨이 차단-목록 허용-목록",
}

GERMAN = {
    Word.DENY: """
        verbieten verbiete verbietet verboten verbietend verhindern verhindert verhindere blockieren
        blockiere blockiert blockierte sperren sperre sperrt gesperrt verweigern verweigere
        verweigert ablehnen lehnt abgelehnt abweisen abgewiesen unterbinden unterbindet unterbunden
        untersagen untersagt verwerfen verwirft verworfen isolieren isoliere isoliert abschotten
        abgeschottet kein-verkehr kein-datenverkehr kein-traffic kein-ingress kein-egress
        erlaubt-nichts erlaube-nichts nichts-erlauben nichts-erlaubt
        """,
    Word.ALLOW: """
        erlauben erlaube erlaubt erlaubte erlaubend ist-erlaubt sind-erlaubt wird-erlaubt zulassen
        zugelassen zulässt zulaesst lässt laesst lasse ist-zugelassen gestatten gestattet genehmigen
        genehmigt freigeben freigegeben freigibt gewähren gewährt gewaehrt öffnen öffnet oeffnen
        oeffnet geöffnet geoeffnet offen
        """,
    Word.QUARANTINE: "quarantäne quarantaene isolieren isoliert abschotten abgeschottet notfall",
    Word.INBOUND: """
        eingehend eingehende eingehenden eingehender eingehendes eingehendem einkommend einkommende
        einkommenden einkommender hereinkommend hereinkommende hereinkommenden hereinkommender
        ankommend ankommende ankommenden ankommender eingang eingangsverkehr eingangsdatenverkehr
        ingress-verkehr ingress-datenverkehr kein-ingress
        """,
    Word.OUTBOUND: """
        ausgehend ausgehende ausgehenden ausgehender ausgehendes ausgehendem hinausgehend
        hinausgehende hinausgehenden hinausgehender abgehend abgehende abgehenden abgehender ausgang
        ausgangsverkehr ausgangsdatenverkehr egress-verkehr egress-datenverkehr kein-egress
        """,
    Word.ALL: """
        all alle allen aller alles allem jede jeden jeder jedes jedem jeglicher jegliche jeglichen
        jegliches jeglichem sämtliche sämtlichen sämtlicher saemtliche saemtlichen saemtlicher
        gesamte gesamten gesamter gesamtes ganze ganzen ganzer überall ueberall jedermann alles-zu
        jede-quelle jeder-quelle alle-quellen allen-quellen jedes-ziel alle-ziele allen-zielen
        beliebige beliebigen beliebiger überallher ueberallher
        """,
    Word.EVERYONE: """
        öffentlich öffentliche öffentlichen öffentlicher oeffentlich oeffentliche oeffentlichen
        oeffentlicher öffentlichkeit lastverteiler weltweit
        """,
    Word.OUTSIDE: """
        extern externe externen externer externes externem außen aussen außerhalb ausserhalb
        außenwelt aussenwelt öffentlich öffentliche öffentlichen öffentlicher oeffentlich
        oeffentliche oeffentlichen oeffentlicher weltweit drittanbieter fremdsystem fremdsysteme
        """,
    Word.INTERNAL: """
        intern interne internen interner internes internem clusterintern clusterinterne
        clusterinternen clusterinterner
        """,
    Word.SAME_NAMESPACE: """
        gleicher-namespace gleichen-namespace gleiche-namespace selber-namespace selben-namespace
        eigener-namespace eigenen-namespace eigene-namespace dieser-namespace diesem-namespace
        diesen-namespace dieses-namespaces desselben-namespace desselben-namespaces
        derselbe-namespace demselben-namespace denselben-namespace innerhalb-des-namespace
        innerhalb-des-namespaces gleichen-namensraum selben-namensraum eigenen-namensraum
        diesem-namensraum dieses-namensraums demselben-namensraum innerhalb-des-namensraums
        """,
    Word.NAMESPACE: """
        namensraum namensraums namensräume namensräumen namensraeume namensraeumen alle-namespaces
        allen-namespaces aller-namespaces jeder-namespace jedem-namespace alle-namensräume
        allen-namensräumen aller-namensräume
        """,
    Word.ALL_PORTS: """
        alle-ports allen-ports aller-ports jeder-port jeden-port jedem-port alle-protokolle
        allen-protokollen
        """,
    Word.METADATA: "metadaten metadatendienst",
    Word.API_SERVER: "kubernetes-api-server api-servern",
    Word.DNS: "namensauflösung namensaufloesung namensserver",
    Word.MACHINERY: """
        knoten gesundheitsprüfung gesundheitsprüfungen gesundheitspruefung zustandsprüfung metrik
        metriken sonde sonden
        """,
    Word.OR: "oder beziehungsweise bzw sowie",
    Word.AND: """
        nur innerhalb bestimmte bestimmten bestimmter beide beiden pods-im pods-in-dem pods-aus
        pods-des pod-im innerhalb-des-namespace innerhalb-des-namespaces innerhalb-des-namensraums
        """,
    Word.DEFAULT: "standard default-policy",
    Word.TEMPORARY: """
        temporär temporäre temporären temporärer temporaer temporaere vorübergehend vorübergehende
        vorübergehenden voruebergehend vorläufig vorläufige vorlaeufig zeitweise zeitweilig
        umstellung fehlersuche befristet probeweise testweise
        """,
    Word.EXCEPTION: """
        außer ausser ausgenommen ausnahme ausnahmen abgesehen mit-ausnahme bis-auf aber-erlaube
        aber-erlaubt
        """,
    Word.NOT: """
        nicht nie niemals kein keine keinen keinem keiner keines keinerlei ohne weder noch nichts
        niemand niemanden niemandem kein-verkehr kein-datenverkehr kein-traffic kein-ingress
        kein-egress
        """,
    Word.NOT_SO: """
        nicht nie niemals kein keine keinen keinem keiner keines keinerlei nichts niemand niemanden
        niemandem
        """,
    Word.FROM: "von vom aus ab seitens",
    Word.TO: "an ans zu zum zur nach ins gegenüber",
    Word.ABOUT: "für fuer fürs in im innerhalb auf bei beim über ueber durch mit hinsichtlich",
    Word.TRAFFIC: """
        verkehr verkehrs datenverkehr datenverkehrs netzwerkverkehr netzwerkdatenverkehr netzverkehr
        netzwerkzugriff verkehr-zu datenverkehr-zu netzwerkverkehr-zu traffic-zu zugriff zugriffe
        zugriffen zugang verbindung verbindungen kommunikation paket pakete paketen netzwerk
        kein-verkehr kein-datenverkehr kein-traffic eingangsverkehr eingangsdatenverkehr
        ausgangsverkehr ausgangsdatenverkehr ingress-verkehr ingress-datenverkehr egress-verkehr
        egress-datenverkehr
        """,
    Word.ARTICLE: "der die das dem den des ein eine einen einem einer eines",
    Word.PLAIN: """
        diese dieser dieses diesem diesen es er sie wir man ist sind wird werden soll sollen muss
        müssen muessen darf dürfen duerfen hiermit und sowohl als-auch auch also regel regeln
        richtlinie richtlinien netzwerkrichtlinie netzwerkrichtlinien netzwerkregel netzwerkregeln
        demselben desselben denselben derselbe selben bitte pods pod namensraum komplett vollständig
        vollstaendig gänzlich gaenzlich völlig voellig richtung richtungen zweck beschreibung
        hinweis sich alle-richtungen ausnahmslos ohne-ausnahme ohne-ausnahmen ab-sofort
        zu-blockieren
        """,
    Word.LIMIT: """
        nur sonst sonstige sonstigen sonstiger übrige übrigen übriger uebrige uebrigen andere
        anderen anderer anderes anderem weitere weiteren rest lediglich ausschließlich
        ausschliesslich falls wenn sofern soweit solange sobald während waehrend wo kann können
        koennen könnte koennte würde wuerde statt anstatt stattdessen aber jedoch allerdings doch
        dennoch obwohl dann danach später spaeter zuvor vorher bevor nachdem bis beispiel z.b zb
        bspw etwa war waren wurde wurden gewesen früher frueher ursprünglich urspruenglich
        normalerweise üblicherweise gewöhnlich meist meistens oft standardmäßig standardmaessig
        per-default nicht-nur ohne-richtlinie ohne-richtlinien ohne-eine-richtlinie
        ohne-diese-richtlinie ohne-netzwerkrichtlinie ohne-netzwerkrichtlinien ohne-regel
        ohne-diese-regel ohne-policy ohne-eine-policy ohne-diese-policy ohne-network-policy
        ohne-networkpolicy im-auslieferungszustand
        grundsätzlich grundsaetzlich prinzipiell generell einige manche bestimmte bestimmten
        bestimmter explizit implizit ausdrücklich ausdruecklich mehr
        ausschließen ausgeschlossen ob was wer welche welcher nicht-jeden nicht-jeder nicht-jedes
        nicht-alle nicht-alles nicht-allen nicht-aller nicht-jeglichen
        """,
    Word.ENVIRONMENT: "produktion entwicklung",
    Word.UNDO: """
        aufheben aufgehoben aufhebung umgehen umgeht umgehung deaktivieren deaktiviert entfernen
        entfernt abschalten
        """,
    Word.ALL_OF: """
        alle-pods allen-pods aller-pods jeder-pod jeden-pod jedem-pod alle-namespaces
        allen-namespaces aller-namespaces jeder-namespace jedem-namespace alle-namensräume
        allen-namensräumen aller-namensräume alle-dienste allen-diensten aller-dienste alle-services
        allen-services alle-anwendungen allen-anwendungen alle-clients allen-clients alle-knoten
        allen-knoten alle-anderen allen-anderen alle-internen allen-internen alle-übrigen
        allen-übrigen all-pods all-services
        """,
    Word.HOMONYM: """
        verboten gesperrt sperre blockiert blockierte verweigert abgelehnt abgewiesen untersagt
        verworfen isoliert abgeschottet erlaubt zugelassen gestattet genehmigt genehmigen freigeben
        freigegeben freigibt gewährt gewaehrt gewähren lasse lässt laesst öffnen öffnet oeffnen
        oeffnet geöffnet geoeffnet offen
        """,
    Word.IDIOM: """
        vom-ingress vom-egress lässt-sich laesst-sich lässt-sie lässt-es offen-gesagt
        öffentlicher-schlüssel öffentlichen-schlüssel öffentliche-schlüssel öffentliche-ip
        ausgang-des eingang-der eingang-des verkehr-zwischen all-inclusive
        """,
    Word.SHARED: "extern intern interner sonde offen paket notfall lasse metrik",
}

FRENCH = {
    Word.DENY: """
        bloquer bloque bloquent bloquons bloqué bloquée bloqués bloquées bloquant blocage interdire
        interdit interdite interdits interdites interdisent interdisons interdiction refuser refuse
        refusent refusé refusée refusés refusées refus rejeter rejette rejettent rejeté rejetée
        rejetés rejetées empêcher empêche empêchent empeche isoler isole isolent isolé isolée isolés
        isolées proscrire proscrit aucun-trafic aucun-accès pas-de-trafic aucun-ingress aucun-egress
        ne-rien-autoriser rien-autoriser n'-autorise-rien n'-autoriser-rien ne-permet-rien
        """,
    Word.ALLOW: """
        autoriser autorise autorisent autorisons autorisé autorisée autorisés autorisées autorisant
        permettre permet permettent permis permise permises laisse-passer laisser-passer
        laissent-passer accepter accepte acceptent accepté acceptée acceptés acceptées ouvrir ouvre
        ouvrent ouvert ouverte ouverts ouvertes
        """,
    Word.QUARANTINE: "quarantaine isoler isole isolé isolée isolés isolées confinement urgence",
    Word.INBOUND: """
        entrant entrante entrants entrantes entrée entree d'-entrée d'-entree en-entrée en-entree
        de-ingress d'-ingress flux-entrant flux-entrants aucun-ingress
        """,
    Word.OUTBOUND: """
        sortant sortante sortants sortantes sortie de-sortie en-sortie de-egress d'-egress
        flux-sortant flux-sortants aucun-egress
        """,
    Word.ALL: """
        tout toute tous toutes tout-le-monde n'-importe-qui n'-importe-où n'-importe-quel
        n'-importe-quelle quiconque partout toutes-les-sources toute-source toute-origine
        toutes-les-origines toutes-les-destinations toute-destination quelconque chaque
        l'-ensemble-du l'-ensemble-des l'-ensemble-de l'-intégralité-du tous-les-flux
        toutes-les-adresses
        """,
    Word.EVERYONE: "publique publics publiques publiquement monde-entier répartiteur",
    Word.OUTSIDE: """
        externe externes extérieur exterieur extérieure extérieurs extérieures monde-entier publique
        publics publiques publiquement
        """,
    Word.INTERNAL: "interne internes grappe",
    Word.SAME_NAMESPACE: """
        même-namespace meme-namespace propre-namespace ce-namespace du-namespace même-espace-de-noms
        meme-espace-de-noms propre-espace-de-noms cet-espace-de-noms
        """,
    Word.NAMESPACE: """
        espace-de-noms espaces-de-noms espace-de-nommage tous-les-namespaces chaque-namespace
        tous-les-espaces-de-noms
        """,
    Word.ALL_PORTS: """
        tous-les-ports tout-port chaque-port n'-importe-quel-port tous-ports tous-les-protocoles
        """,
    Word.METADATA: "métadonnées metadonnees",
    Word.API_SERVER: "serveur-d'-api serveur-api l'-api-kubernetes",
    Word.DNS: "résolution-de-noms resolution-de-noms serveur-de-noms",
    Word.IDENTITY: "identité identite",
    Word.MACHINERY: "nœud nœuds noeud noeuds sonde sondes métrique métriques metriques",
    Word.OR: "ou ou-bien ainsi-que",
    Word.AND: """
        seulement uniquement dans-le-namespace dans-l'-espace-de-noms pods-du pods-de-l' pods-dans
        spécifique spécifiques les-deux
        """,
    Word.DEFAULT: "refus-par-défaut interdiction-par-défaut blocage-par-défaut",
    Word.TEMPORARY: """
        temporaire temporaires temporairement provisoire provisoires provisoirement débogage
        debogage migration jusqu' dépannage
        """,
    Word.EXCEPTION: """
        sauf excepté excepte exceptée exceptés hormis exception exceptions à-part à-l'-exception-de
        à-l'-exception-du à-l'-exception-des en-dehors hors mis-à-part
        """,
    Word.NOT: """
        ne n' pas non aucun aucune rien jamais sans personne ni aucun-trafic aucun-accès
        pas-de-trafic aucun-ingress aucun-egress ne-rien-autoriser
        """,
    Word.NOT_SO: "pas aucun aucune rien jamais personne",
    Word.FROM: """
        de du des d' depuis en-provenance-de en-provenance-du en-provenance-des en-provenance-d'
        provenant-de provenant-du provenant-des provenant-d' venant-de venant-du venant-des
        venant-d'
        """,
    Word.TO: "à au aux vers à-destination-de à-destination-du à-destination-des à-destination-d'",
    Word.ABOUT: "pour dans sur chez concernant en",
    Word.TRAFFIC: """
        trafic trafics trafic-réseau trafic-reseau accès acces accès-réseau connexion connexions
        communication communications connectivité paquet paquets réseau reseau les-flux flux-réseau
        flux-reseau flux-entrant flux-entrants flux-sortant flux-sortants aucun-trafic aucun-accès
        pas-de-trafic tous-les-flux
        """,
    Word.ARTICLE: "le la les l' un une",
    Word.PLAIN: """
        même ce cet cette ces c' s' qu' il elle ils elles on nous est sont être etre sera seront
        doit doivent se y et règle règles regle regles politique politiques stratégie stratégies
        politique-réseau politique-de-réseau politiques-réseau stratégie-réseau pod pods
        espace-de-noms complètement completement entièrement entierement totalement description but
        note a sens sans-exception sans-exceptions or
        """,
    Word.LIMIT: """
        seulement uniquement que sinon autre autres reste restant restants ailleurs mais si lorsque
        lorsqu' quand où peut peuvent pourrait cependant toutefois pourtant néanmoins encore puis
        ensuite avant après apres exemple p.ex était étaient ete été auparavant autrefois
        initialement normalement habituellement généralement souvent par-défaut par-defaut certains
        certaines certain quelques spécifique spécifiques explicitement implicitement plus
        exclure exclut exclu sauter qui quoi quel quelle pas-tout pas-tous pas-toute pas-toutes
        pas-seulement pas-uniquement non-seulement sans-politique sans-cette-politique
        sans-politique-réseau sans-règle sans-cette-règle sans-stratégie sans-cette-stratégie
        sans-network-policy sans-networkpolicy
        """,
    Word.ENVIRONMENT: "production développement developpement préproduction",
    Word.UNDO: """
        annuler annule annulation désactiver désactive desactiver supprimer supprime contourner
        contourne lever
        """,
    Word.ALL_OF: """
        tous-les-pods tout-pod chaque-pod tous-pods tous-les-namespaces chaque-namespace
        tous-les-espaces-de-noms tous-les-services tout-service tous-les-clients tout-client
        toutes-les-applications tous-les-nœuds tous-les-noeuds tous-les-autres toutes-les-autres
        tout-autre toute-autre tout-le-reste tous-les-réseaux toutes-les-charges
        """,
    Word.HOMONYM: """
        bloqué bloquée bloqués bloquées blocage interdit interdite interdits interdites interdiction
        refus refusé refusée refusés refusées refuse rejeté rejetée rejetés rejetées isole isolé
        isolée isolés isolées proscrit autorisé autorisée autorisés autorisées permis permise
        permises accepter accepte acceptent accepté acceptée acceptés acceptées ouvrir ouvre ouvrent
        ouvert ouverte ouverts ouvertes
        """,
    Word.IDIOM: """
        point-d'-entrée points-d'-entrée porte-d'-entrée d'-accord en-tout-cas tout-à-fait
        tout-de-même tout-en-un clé-publique clés-publiques refus-de-service déni-de-service
        code-source-ouvert mode-ouvert tout-court passer-outre contrôle-d'-accès sans-fil
        """,
    Word.SHARED: """
        refuse refus entrant entrants entree sortie connexion connexions permis sonde sondes urgence
        confinement grappe interdit interdiction isole accepte hors sauf excepte exception migration
        communication communications blocage publics paquet
        """,
}

SPANISH = {
    Word.DENY: """
        denegar deniega deniegue deniegan denegado denegada denegados denegadas denegando denegación
        denegacion bloquear bloquea bloquee bloquean bloqueado bloqueada bloqueados bloqueadas
        bloqueando bloqueo prohibir prohíbe prohibe prohíben prohiben prohibido prohibida prohibidos
        prohibidas rechazar rechaza rechazan rechazado rechazada rechazados rechazadas negar niega
        impedir impide impiden descartar descarta descartado aislar aísla aisla aislado aislada
        aislados aisladas sin-tráfico sin-trafico ningún-tráfico ningun-trafico sin-ingress
        sin-egress no-permitir-nada no-permite-nada no-permitir-ningún
        """,
    Word.ALLOW: """
        permitir permite permita permiten permitido permitida permitidos permitidas permitiendo
        está-permitido esta-permitido se-permite autorizar autoriza autorice autorizan autorizado
        autorizada autorizados autorizadas habilitar habilita aceptar acepta acepte aceptan aceptado
        aceptada aceptados abrir abre abren abierto abierta abiertos abiertas
        """,
    Word.QUARANTINE: "cuarentena aislar aísla aisla aislado aislada aislados aisladas emergencia",
    Word.INBOUND: """
        entrante entrantes entrada de-entrada entradas de-ingreso de-ingress ingress-de sin-ingress
        """,
    Word.OUTBOUND: "saliente salientes salida de-salida salidas de-egreso de-egress sin-egress",
    Word.ALL: """
        todo toda todos todas cualquier cualquiera todo-el-mundo cualquier-origen todos-los-orígenes
        todos-los-origenes cualquier-destino todos-los-destinos cualquier-lugar cualquier-parte
        todas-partes cualquier-dirección cualquier-direccion la-totalidad-del
        """,
    Word.EVERYONE: """
        público pública públicos públicas publico publica publicos publicas públicamente
        mundo-entero balanceador balanceador-de-carga
        """,
    Word.OUTSIDE: """
        externo externa externos externas exterior público pública públicos públicas publico publica
        publicos publicas públicamente mundo-entero terceros
        """,
    Word.INTERNAL: "interno interna internos internas clúster",
    Word.SAME_NAMESPACE: """
        mismo-namespace propio-namespace este-namespace del-namespace mismo-espacio-de-nombres
        propio-espacio-de-nombres este-espacio-de-nombres
        """,
    Word.NAMESPACE: """
        espacio-de-nombres espacios-de-nombres todos-los-namespaces cada-namespace
        todos-los-espacios-de-nombres cualquier-namespace
        """,
    Word.ALL_PORTS: """
        todos-los-puertos cualquier-puerto cada-puerto todos-los-protocolos cualquier-protocolo
        """,
    Word.METADATA: "metadatos",
    Word.API_SERVER: "servidor-de-api servidor-de-la-api servidor-api api-de-kubernetes",
    Word.DNS: "resolución-de-nombres resolucion-de-nombres servidor-de-nombres",
    Word.IDENTITY: "identidad",
    Word.MACHINERY: "nodo nodos sonda sondas métrica métricas metricas",
    Word.OR: "o u o-bien así-como",
    Word.AND: """
        solo sólo solamente únicamente unicamente ambos ambas dentro específico específicos pods-del
        pods-de-la pods-en en-el-namespace en-el-espacio-de-nombres
        """,
    Word.DEFAULT: "denegación-por-defecto denegacion-por-defecto predeterminado predeterminada",
    Word.TEMPORARY: """
        temporal temporales temporalmente provisional provisionales provisionalmente depuración
        depuracion migración migracion migrando hasta-que de-momento
        """,
    Word.EXCEPTION: """
        excepto excepción excepcion excepciones salvo exceptuando a-excepción-de a-excepcion-de
        aparte-de menos pero-permitir pero-permite
        """,
    Word.NOT: """
        no ni nunca jamás jamas sin ningún ningun ninguna ninguno nada nadie tampoco sin-tráfico
        sin-trafico ningún-tráfico ningun-trafico sin-ingress sin-egress no-permitir-nada
        no-permite-nada no-permitir-ningún
        """,
    Word.NOT_SO: "ningún ningun ninguna ninguno nada nadie nunca jamás",
    Word.FROM: """
        de del desde procedente-de procedente-del procedentes-de proveniente-de proveniente-del
        provenientes-de
        """,
    Word.TO: "a al hacia hasta con-destino-a",
    Word.ABOUT: "para en dentro sobre por según con",
    Word.TRAFFIC: """
        tráfico trafico tráfico-de-red trafico-de-red acceso accesos conexión conexion conexiones
        comunicación comunicacion comunicaciones conectividad paquete paquetes de-red la-red flujo
        flujos sin-tráfico sin-trafico ningún-tráfico ningun-trafico
        """,
    Word.ARTICLE: "el la los las un una unos unas lo",
    Word.PLAIN: """
        mismo propio este esta estos estas ese esa es son está están ser será debe deben se y e
        que-se política políticas politica politicas política-de-red politica-de-red
        políticas-de-red politicas-de-red regla reglas directiva pod pods espacio-de-nombres
        completamente totalmente enteramente descripción descripcion nota propósito sentido
        dirección ambos sin-excepción sin-excepcion sin-excepciones me
        """,
    Word.LIMIT: """
        solo sólo solamente únicamente unicamente que otro otra otros otras demás demas resto
        restante restantes si cuando donde mientras puede pueden podría podrían pero aunque sino
        sin-embargo luego después despues antes ejemplo p.ej era eran fue fueron sido anteriormente
        originalmente normalmente generalmente habitualmente por-defecto por-omisión
        predeterminadamente algunos algunas algún alguna ciertos ciertas específico específicos
        explícitamente implícitamente explicitamente ya-no más mas
        excluir excluye excluido quien qué cuál no-todo no-toda no-todos no-todas no-permite-todo
        no-permitir-todo no-se-permite-todo no-solo no-sólo no-solamente sin-política sin-politica
        sin-políticas sin-esta-política sin-una-política sin-ninguna-política sin-regla
        sin-esta-regla sin-network-policy sin-networkpolicy
        """,
    Word.ENVIRONMENT: "producción produccion desarrollo",
    Word.UNDO: """
        anular anula anulación desactivar desactiva eliminar elimina quitar quita evitar saltar
        """,
    Word.ALL_OF: """
        todos-los-pods todo-pod cualquier-pod cada-pod todos-pods todos-los-namespaces
        cualquier-namespace cada-namespace todos-los-espacios-de-nombres todos-los-servicios
        cualquier-servicio todos-los-clientes cualquier-cliente todas-las-aplicaciones
        todos-los-nodos cualquier-nodo todos-los-demás todos-los-demas todas-las-demás
        todas-las-demas todo-lo-demás todo-lo-demas todos-los-otros todas-las-redes
        """,
    Word.HOMONYM: """
        denegado denegada denegados denegadas denegación denegacion bloqueado bloqueada bloqueados
        bloqueadas bloqueo prohibido prohibida prohibidos prohibidas rechazado rechazada rechazados
        rechazadas negar niega descartar descarta descartado aislado aislada aislados aisladas
        permitido permitida permitidos permitidas autorizar autoriza autorice autorizan autorizado
        autorizada autorizados autorizadas habilitar habilita aceptar acepta acepte aceptan aceptado
        aceptada aceptados abrir abre abren abierto abierta abiertos abiertas
        """,
    Word.IDIOM: """
        punto-de-entrada puntos-de-entrada puerta-de-entrada bandeja-de-entrada bandeja-de-salida
        denegación-de-servicio denegacion-de-servicio código-abierto codigo-abierto
        lista-de-permitidos lista-de-bloqueados lista-de-bloqueo sobre-todo todo-en-uno
        clave-pública clave-publica claves-públicas datos-abiertos método-de-entrada
        entrada-y-salida control-de-acceso
        """,
    Word.SHARED: """
        temporal temporales provisional terceros exterior publica publico flujo flujos interno
        interna nodo nodos entrada salida bloqueo menos sonda emergencia paquete paquetes habilita
        salvo trafico
        """,
}

JAPANESE = {
    Word.DENY: """
        拒否 遮断 禁止 隔離 ブロック 破棄 不許可 ドロップ 封鎖 閉塞 通信不可 アクセス不可 全拒否
        全遮断 すべて-拒否 すべて-遮断
        """,
    Word.ALLOW: "許可 許容 開放 解放 オープン 全許可 全開放",
    Word.QUARANTINE: "隔離 封鎖 緊急",
    Word.INBOUND: "受信 インバウンド イングレス 内向き 流入 着信",
    Word.OUTBOUND: "送信 アウトバウンド エグレス イーグレス 外向き 流出 発信",
    Word.ALL: """
        すべて すべての 全て 全ての 全部 あらゆる いかなる =全 =一切 一切の 任意の =任意 誰でも
        誰からでも 誰からも どこからでも どこからも どこへでも どこでも 全員 全許可 全開放 全拒否
        全遮断 すべての-送信元 全ての-送信元 任意の-送信元 あらゆる-送信元 =全-送信元 すべての-宛先
        全ての-宛先 任意の-宛先 =全-宛先
        """,
    Word.EVERYONE: """
        公開 外部公開 一般公開 パブリック 全世界 世界中 ロードバランサー ロードバランサ 不特定多数
        """,
    Word.OUTSIDE: """
        外部 外部公開 一般公開 インターネット 社外 全世界 世界中 パブリック サードパーティ
        サードパーティー 不特定多数
        """,
    Word.INTERNAL: "内部 社内 クラスター クラスタ",
    Word.SAME_NAMESPACE: """
        同じ-名前空間 同一-名前空間 同一の-名前空間 自身の-名前空間 この-名前空間 =同-名前空間
        同じ-ネームスペース 同一-ネームスペース この-ネームスペース 同じ-namespace 同一-namespace
        同一の-namespace この-namespace =名前空間-内 =ネームスペース-内
        """,
    Word.NAMESPACE: """
        名前空間 ネームスペース すべての-名前空間 全ての-名前空間 =全-名前空間
        すべての-ネームスペース 全ての-ネームスペース すべての-namespace 全ての-namespace
        =全-namespace
        """,
    Word.ALL_PORTS: """
        すべての-ポート 全ての-ポート =全-ポート 任意の-ポート あらゆる-ポート すべての-プロトコル
        全ての-プロトコル =全-プロトコル
        """,
    Word.METADATA: "メタデータ",
    Word.API_SERVER: "API-サーバー API-サーバ Kubernetes-API",
    Word.DNS: "名前解決 ネームサーバー ネームサーバ リゾルバー リゾルバ",
    Word.IDENTITY: "ワークロード-ID",
    Word.MACHINERY: """
        ウェブフック ヘルスチェック 死活監視 プローブ メトリクス メトリック ノード キュブレット
        """,
    Word.OR: "または 又は もしくは 若しくは あるいは 或いは どちらか いずれか",
    Word.AND: """
        名前空間-の ネームスペース-の namespace-の 名前空間-にある 名前空間-内の ネームスペース-内の
        だけ のみ かつ
        """,
    Word.DEFAULT: "デフォルト 既定 標準",
    Word.TEMPORARY: """
        一時的 一時 暫定 暫定的 仮 デバッグ デバック 移行 マイグレーション 検証用 テスト用
        とりあえず いったん
        """,
    Word.EXCEPTION: "除く 除き 除いて 除外 例外 以外",
    Word.NOT_SO: """
        ない しない されない していない されていない しません されません していません されていません
        できない できません せず なし 無し ません いけない ならない 不可
        """,
    Word.TRAFFIC: """
        トラフィック 通信 接続 アクセス コネクション ネットワーク パケット 通信不可 アクセス不可
        """,
    Word.PLAIN: """
        を は が の に へ で と も =から からの =する =します =した =して =される =されます =された
        =している =しています =されている =されています です である =および =及び および 及び =・
        =や ため =用 =行 =行う =行います における に対する について この 本ポリシー ポリシー ルール
        ネットワーク 名前空間 ネームスペース ポッド 完全 完全に 例外なく 例外なし 方向 双方向 両方向
        =両方 説明 目的 概要 =し =さ こと =より =側
        """,
    Word.LIMIT: """
        のみ だけ しか ただし 但し その他 そのほか それ以外 ほか 他 別 残り 場合 とき =時 もし まで
        以前 以降 =後 =前 例えば たとえば 一部 特定 指定 原則 基本的 基本 デフォルトで
        デフォルトでは 既定で 既定では 通常 明示 暗黙 できる かもしれ =か ですか =ますか かどうか
        しかし 代わり はず べき いる限り 許可していた 必要 とは限ら わけでは 解除 無効 ポリシーなし
        ポリシー無し ポリシーのない ポリシーがない ポリシーがなければ だけでなく のみならず
        """,
    Word.ENVIRONMENT: "本番 開発 検証 ステージング",
    Word.UNDO: "解除 無効 無効化 上書き 回避 取り消し 撤回",
    Word.ALL_OF: """
        すべての-Pod 全ての-Pod =全-Pod 任意の-Pod すべての-Pods 全ての-Pods すべての-ポッド
        全ての-ポッド =全-ポッド すべての-名前空間 全ての-名前空間 =全-名前空間
        すべての-ネームスペース 全ての-ネームスペース すべての-namespace 全ての-namespace
        =全-namespace すべての-サービス 全ての-サービス =全-サービス すべての-クライアント
        全ての-クライアント すべての-ノード 全ての-ノード =全-ノード すべての-アプリ 全ての-アプリ
        """,
    Word.HOMONYM: "ブロック ドロップ 破棄 解放 開放 オープン",
    Word.IDIOM: """
        送信元 送信先 送信者 送信側 受信者 受信側 受信箱 受信トレイ 受信トレー 送信トレイ 所有者
        安全 公開鍵 非公開 未公開 公開日 IP-ブロック CIDR-ブロック アドレスブロック
        ブロックストレージ ブロックリスト ブロックチェーン ブロックサイズ ブロックデバイス
        ドロップダウン ドロップボックス ドロップイン オープンソース オープンデータ オープンシフト
        オープンスタック 許可リスト 拒否リスト 許可証 無許可 サービス拒否 受信拒否 着信拒否
        ingress-コントローラー ingress-コントローラ ingress-クラス ingress-ゲートウェイ
        ingress-リソース イングレスコントローラー イングレスコントローラ イングレスゲートウェイ
        イグレスゲートウェイ egress-ゲートウェイ ingress-からの =ingress-から イングレスからの
        =イングレス-から 一時停止 仮想 仮説
        """,
}

CHINESE = {
    Word.DENY: """
        拒绝 拒絕 阻止 阻断 阻斷 阻挡 阻擋 禁止 封锁 封鎖 屏蔽 遮蔽 隔离 隔離 丢弃 丟棄 封禁 拦截
        攔截 禁用 不允许 不允許 不放行 不准 不许 不許 無流量 无流量 禁入 禁出
        """,
    Word.ALLOW: "允许 允許 放行 准许 准許 许可 許可 放通 开放 開放 放开 放開",
    Word.QUARANTINE: "隔离 隔離 封锁 封鎖 紧急 緊急",
    Word.INBOUND: """
        入站 入口 传入 傳入 流入 入向 入方向 进入 進入 连入 連入 进站 進站 入栈 輸入-流量 输入-流量
        禁入
        """,
    Word.OUTBOUND: """
        出站 出口 传出 傳出 流出 出向 出方向 外发 外發 连出 連出 外出 出栈 輸出-流量 输出-流量 禁出
        """,
    Word.ALL: """
        所有 所有的 全部 一切 任何 任意 =全 任何人 所有人 任何-地方 任意-地方 任何-来源 任何-來源
        任意-来源 任意-來源 所有-来源 所有-來源 任何-地址 任意-地址 所有-地址 所有-目的地
        任何-目的地 任意-目的地 所有-目标 任意-目标 所有-目標 任意-目標 任何-目标 任何-目標 一律
        全都 統統 统统
        """,
    Word.EVERYONE: """
        公开 公開 公网开放 对外开放 對外開放 面向公众 公众 公眾 全世界 负载均衡 負載平衡 负载均衡器
        負載平衡器 負載均衡
        """,
    Word.OUTSIDE: """
        外部 外网 外網 互联网 互聯網 網際網路 因特网 因特網 公网 公網 公网开放 对外 對外 对外开放
        對外開放 外界 第三方 公众 公眾 全世界
        """,
    Word.INTERNAL: "内部 內部 内网 內網 集群 叢集 集羣",
    Word.SAME_NAMESPACE: """
        同一-命名空间 同一个-命名空间 相同-命名空间 相同的-命名空间 =本-命名空间 =同-命名空间
        当前-命名空间 自身-命名空间 =命名空间-内 命名空间-内部 同一-命名空間 同一個-命名空間
        相同-命名空間 相同的-命名空間 =本-命名空間 =同-命名空間 當前-命名空間 目前-命名空間
        =命名空間-內 命名空間-內部 同一-namespace 同一个-namespace 同一個-namespace 相同-namespace
        """,
    Word.NAMESPACE: """
        命名空间 命名空間 名称空间 名稱空間 所有-命名空间 所有-命名空間 任意-命名空间 任意-命名空間
        任何-命名空间 任何-命名空間 全部-命名空间 全部-命名空間 所有-namespace
        """,
    Word.ALL_PORTS: """
        所有-端口 全部-端口 任意-端口 任何-端口 所有-連接埠 全部-連接埠 任何-連接埠 任意-連接埠
        全端口 所有-协议 所有-協定 所有-通訊埠 所有-埠
        """,
    Word.METADATA: "元数据 元數據 中繼資料 詮釋資料 后设资料",
    Word.API_SERVER: "API-服务器 API-服務器 API-伺服器 Kubernetes-API",
    Word.DNS: "域名解析 網域名稱解析 名称解析 名稱解析",
    Word.IDENTITY: "托管身份 工作负载身份",
    Word.MACHINERY: """
        健康检查 健康檢查 探针 探針 存活探测 指标 指標 监控指标 节点 節點 网络钩子 網路鉤子
        """,
    Word.OR: "或者 或是 或 抑或 要么 要嘛",
    Word.AND: """
        命名空间-的 命名空间-中的 命名空间-内的 命名空间-里的 命名空间-下的 命名空間-的
        命名空間-中的 命名空間-內的 命名空間-裡的 命名空間-下的 仅 僅 只 并且 同时 同時 特定
        """,
    Word.DEFAULT: "默认 默認 預設 缺省",
    Word.TEMPORARY: """
        临时 臨時 暂时 暫時 调试 調試 除錯 迁移 遷移 待办 待辦 测试用 測試用 过渡 過渡
        """,
    Word.EXCEPTION: "除了 除外 例外 之外 以外 除去 但允许 但允許 但放行",
    Word.NOT: """
        不 没有 沒有 未 =无 =無 =非 =勿 请勿 請勿 无法 無法 不得 不能 切勿 不允许 不允許 不放行 不准
        不许 不許 無流量 无流量 并非 並非
        """,
    Word.FROM: "来自 來自 =从 =從 =自 源自",
    Word.TO: "=到 =至 =往 前往 去往 发往 發往 访问到",
    Word.ABOUT: "=对 =對 对于 對於 针对 針對 =在 关于",
    Word.TRAFFIC: """
        流量 通信 通訊 通讯 连接 連接 连线 連線 访问 訪問 存取 网络 網路 網絡 数据包 封包 联网
        無流量 无流量 =全-网络
        """,
    Word.PLAIN: """
        的 =该 =該 =此 =这 =這 =这个 =這個 =这条 =這條 =此条 =本 =将 =將 =会 =會 =将会 =將會 =都 =均
        =都会 =都會 =被 =会被 =會被 =都被 =均被 =都会被 =都會被 =将被 =將被 =应 =應 =应该 =須 =须
        =必须 =和 =与 =與 =及 =以及 以及 =并 =並 =且 策略 政策 规则 規則 原则 网络策略 網路策略
        網路原則 命名空间 命名空間 名称空间 名稱空間 请 請 =为 =為 =是 =了 =进行 =進行 =中 =内 =內
        =里 =裡 =上 =下 =向 =来 =來 完全 方向 双向 雙向 =所 =把 =说明 =描述 =说 说明 說明 描述 用途
        目的 =用于 =用於 =用来 =用來 用于 用於 用来 用來 无例外 無例外 没有例外 沒有例外 彻底 徹底
        =给 =給 =予以 =以 =当前 =条 =個 =个 =其
        """,
    Word.LIMIT: """
        仅 僅 只 除非 其他 其它 其余 其餘 另外 别的 別的 剩余 剩餘 例如 比如 如果 若 假如 =当 =當
        =时 =時 默认情况下 默認情況下 預設情況下 缺省情况下 通常 一般 原则上 原則上 明确 明確 显式
        顯式 隐式 隱式 部分 某些 某个 某個 特定 指定 但 但是 不过 不過 然而 否则 否則 之前 以前 之后
        之後 以后 以後 曾 原本 原来 原來 可以 可能 可
        吗 嗎 是否 或许 或許 不再 不仅 不僅 不只 不同 未经 未經 尚未 未明确 未明確 才 除 反之 =后
        =後 =前 需要 取代 代替 而不是 而非 取消 解除 停用 无需 無需 不允许的 不允許的 未允许的
        未允許的 未授权 未授權 不是所有 并非所有 並非所有 没有策略 沒有策略 没有网络策略
        沒有網路策略 没有任何策略 沒有任何策略 没有此策略 沒有此策略 无策略 無策略
        """,
    Word.ENVIRONMENT: "生产 生產 开发环境 開發環境 测试环境 測試環境",
    Word.UNDO: "取代 取消 解除 停用 覆盖 覆蓋 绕过 繞過 撤销 撤銷 移除 豁免 关闭 關閉",
    Word.ALL_OF: """
        所有-Pod 所有-Pods 所有的-Pod 全部-Pod 任意-Pod 任何-Pod 所有-容器组 所有-命名空间
        所有-命名空間 任意-命名空间 任意-命名空間 任何-命名空间 任何-命名空間 全部-命名空间
        全部-命名空間 所有-namespace 所有-服务 所有-服務 所有-客户端 所有-用戶端 所有-客戶端
        所有-节点 所有-節點 所有-应用 所有-應用 所有-其他 所有-其它 所有-内部 所有-內部
        """,
    Word.HOMONYM: "屏蔽 遮蔽 丢弃 丟棄 拦截 攔截 开放 開放 放开 放開 许可 許可 禁用",
    Word.IDIOM: """
        入口控制器 入口网关 入口網關 入口閘道 出口网关 出口網關 出口閘道 出口-IP 入口类 入口點
        入口点 ingress-控制器 ingress-网关 ingress-網關 ingress-閘道 ingress-类 ingress-资源
        ingress-資源 egress-网关 egress-網關 egress-閘道 拒绝服务 拒絕服務 阻斷服務 阻断服务
        允许列表 允許列表 允许名单 允許清單 拒绝列表 拒絕列表 拒絕清單 封鎖清單 阻止列表 许可证
        許可證 开放源 開放源 开放平台 開放平台 开放接口 开放-API 開放-API 开放数据 所有者 所有权
        所有權 安全 健全 公开密钥 公開金鑰 非公开 非公開 未公开 未公開 未来 未來 未知 拦截器 攔截器
        不可变 不同步 不要求 出口商 进出口
        """,
}

LANGUAGES = {
    "en": ENGLISH,
    "de": GERMAN,
    "es": SPANISH,
    "fr": FRENCH,
    "ja": JAPANESE,
    "ko": KOREAN,
    "zh": CHINESE,
}
"""The tables in use, by language. English is heard in every text, another one only in its own."""

SCRIPTS = (
    ("\u1100-\u11ff\uac00-\ud7a3", ("ko",)),
    ("\u3040-\u30ff", ("ja",)),
    ("\u3400-\u9fff", ("ja", "zh")),
)
"""Letters that put no blanks between words, and who writes so. The last row leaves it open."""

SIGNS = frozenset(Word) - {
    *(Word.ALL, Word.OR, Word.AND, Word.DEFAULT, Word.NOT, Word.NOT_SO, Word.FROM, Word.TO),
    *(Word.ABOUT, Word.ARTICLE, Word.PLAIN, Word.LIMIT, Word.ENVIRONMENT, Word.UNDO, Word.SHARED),
}
"""Classes of which one word tells a language, unless it is SHARED; of the others it takes two."""
