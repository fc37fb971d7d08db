"""What the author says: names, comments and annotations, and the words that rules ask for."""

from __future__ import annotations

import re

import pytest

from netpol_lint import parse, policy
from netpol_lint.claim import Claims, of_name, of_prose
from netpol_lint.comment import Notes
from netpol_lint.intent import Intent, Stance
from netpol_lint.lexicon import IMPLIES, LANGUAGES, Word
from netpol_lint.policy import Direction, Policy
from netpol_lint.span import Lines, Span
from netpol_lint.speech import Vocabulary, hear, says

WAYS = {"in": Direction.INGRESS, "out": Direction.EGRESS}


def claims(denied: str, allowed: str) -> tuple[object, object]:
    """What a row of a table stands for: `-` is no claim, `*` one without a direction word."""
    return directions(denied), directions(allowed)


def directions(row: str) -> frozenset[Direction] | None:
    """The directions of one column."""
    if row == "-":
        return None
    return frozenset(WAYS[word] for word in row.split() if word != "*")


def heard(said: Claims) -> tuple[object, object]:
    """The same for what was understood."""
    return said.deny, said.allow


def read(text: str) -> tuple[Policy, Notes]:
    """The only policy of a text, and its comments."""
    (part,) = parse.split(text)
    document = parse.parse(text, part)
    (found,) = policy.find(text, document.root)
    return found, Notes(text, document.span, document.shadows, Lines(text))


def intent(text: str) -> Intent:
    """The author's words in a text with one policy."""
    return Intent.of(*read(text))


def manifest(
    name: str = "ledger", *, head: str = "", annotations: str = "", spec: str = "ingress: []"
) -> str:
    """A policy with words in the places where people leave them."""
    return (
        f"{head}apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {name}\n"
        f"{annotations}spec:\n  podSelector: {{}}\n  policyTypes: [Ingress, Egress]\n  {spec}\n"
    )


def spoken(stance: Stance | None) -> str | None:
    """The words a stance was drawn from."""
    return None if stance is None else stance.source.text


NAMES = [
    # name, what it denies, what it allows altogether
    ("default-deny", "*", "-"),
    ("deny-all", "*", "-"),
    ("web-deny-all", "*", "-"),
    ("default-deny-ingress", "in", "-"),
    ("deny-all-egress", "out", "-"),
    ("block-egress", "out", "-"),
    ("egress-deny", "out", "-"),
    ("ingress-deny-all", "in", "-"),
    ("backend-ingress-deny", "in", "-"),
    ("default-deny-all-ingress-and-egress", "in out", "-"),
    ("deny_ingress.egress", "in out", "-"),
    ("lockdown", "*", "-"),
    ("isolate", "*", "-"),
    ("all-traffic-denied", "*", "-"),
    ("drop-all-inbound", "in", "-"),
    # negations
    ("no-ingress", "in", "-"),
    ("noIngress", "in", "-"),
    ("denyAllEgress", "out", "-"),
    ("do-not-allow-egress", "out", "-"),
    ("never-allow-ingress", "in", "-"),
    ("disallow-egress", "out", "-"),
    ("no-deny", "-", "-"),
    ("no-traffic", "*", "-"),
    ("do-not-allow-any-egress", "out", "-"),
    # everything
    ("allow-all", "-", "*"),
    ("web-allow-all", "-", "*"),
    ("allow-all-egress", "-", "out"),
    ("allow-any-egress", "-", "out"),
    ("permit-everything", "-", "*"),
    ("egress-allow-all", "-", "out"),
    ("allow-all-egress-by-label", "-", "out"),
    ("allow-all-for-label", "-", "*"),
    ("open-all-ingress", "-", "in"),
    # not everything
    ("allow-all-pods-to-db", "-", "-"),
    ("allow-all-namespaces", "-", "-"),
    ("allow-all-internal", "-", "-"),
    ("allow-all-web", "-", "-"),
    ("allow-all-ingress-from-monitoring", "-", "-"),
    ("allow-all-except-lab", "-", "-"),
    ("allow-all-ports", "-", "-"),
    ("allow-all-same-namespace", "-", "-"),
    ("allow-egress", "-", "-"),
    # both verbs
    ("default-deny-ingress-allow-egress", "in", "-"),
    ("deny-ingress-allow-all-egress", "in", "out"),
    ("egress-deny-ingress-allow-all", "out", "in"),
    ("allow-ingress-deny-egress", "out", "-"),
    ("deny-all-allow-dns", "-", "-"),
    ("deny-egress-allow-dns", "-", "-"),
    ("allow-all-deny-none", "-", "-"),
    # the controller is no direction
    ("ingress-nginx-deny-egress", "out", "-"),
    ("deny-from-ingress", "*", "-"),
    ("default-deny-ingress-controller", "*", "-"),
    ("default-deny-istio-ingress", "*", "-"),
    ("allow-from-ingress-nginx", "-", "-"),
    # some are denied
    ("deny-from-other-namespaces", "*", "-"),
    ("foo-deny-external-egress", "out", "-"),
    ("deny-web", "*", "-"),
    # words that only look like it
    ("blocklist-service", "-", "-"),
    ("block-list-service", "-", "-"),
    ("block-storage-api", "-", "-"),
    ("block-explorer", "-", "-"),
    ("ip-block-all-in", "-", "-"),
    ("openapi", "-", "-"),
    ("open-api-all", "-", "-"),
    ("open-webui", "-", "-"),
    ("drop-in-replacement", "-", "-"),
    ("dropped-packets-exporter", "-", "-"),
    ("accept-header-proxy", "-", "-"),
    ("all-in-one", "-", "-"),
    ("allow-all-in-one", "-", "-"),
    ("rejected-orders", "-", "-"),
    ("access-denied-page", "-", "-"),
    ("isolated-vm", "-", "-"),
    ("denylist", "-", "-"),
    ("quarantine", "-", "-"),
    ("", "-", "-"),
    # taken back
    ("override-default-deny", "-", "-"),
    ("exempt-from-deny-all-ingress", "-", "-"),
    ("deny-all-egress-disabled", "-", "-"),
    ("remove-allow-all", "-", "-"),
    ("aufhebung-egress-verbieten", "-", "-"),
    ("anular-denegar-todo", "-", "-"),
    ("annuler-tout-bloquer", "-", "-"),
    ("차단-해제", "-", "-"),
    ("取消全部拒绝", "-", "-"),
    # environments
    ("dev-allow-all-ingress", "-", "in"),
    ("allow-all-egress-staging", "-", "out"),
    ("production-allow-all", "-", "*"),
    ("allow-all-prod", "-", "-"),
    ("allow-all-ingress-from-dev", "-", "-"),
    ("deny-all-egress-prod", "out", "-"),
    # Korean
    ("egress-차단", "out", "-"),
    ("전체-차단", "*", "-"),
    ("수신-거부", "in", "-"),
    ("모두-허용", "-", "*"),
    ("인그레스-모두-허용", "-", "in"),
    ("허용-안함", "-", "-"),
    ("차단-목록", "-", "-"),
    # German
    ("alles-verbieten", "*", "-"),
    ("eingehenden-verkehr-blockieren", "in", "-"),
    ("egress-verbieten", "out", "-"),
    ("kassen-ingress-sperren", "in", "-"),
    ("alles-erlauben", "-", "*"),
    ("allen-ausgehenden-verkehr-erlauben", "-", "out"),
    ("egress-nicht-erlauben", "out", "-"),
    ("nichts-verbieten", "-", "-"),
    ("alle-pods-erlauben", "-", "-"),
    ("alles-ausser-dns-erlauben", "-", "-"),
    ("bestellungen-abgelehnt", "-", "-"),
    ("sperre-service", "-", "-"),
    ("zugang-gesperrt-seite", "-", "-"),
    ("allow-alle-web", "-", "-"),
    ("deny-alles", "*", "-"),
    # French
    ("tout-bloquer", "*", "-"),
    ("bloquer-trafic-entrant", "in", "-"),
    ("interdire-egress", "out", "-"),
    ("autoriser-tout", "-", "*"),
    ("autoriser-tout-le-trafic-sortant", "-", "out"),
    ("ne-pas-autoriser-egress", "out", "-"),
    ("ne-pas-bloquer", "-", "-"),
    ("aucun-trafic", "*", "-"),
    ("autoriser-tous-les-pods", "-", "-"),
    ("autoriser-tout-sauf-lab", "-", "-"),
    ("commandes-refusées", "-", "-"),
    ("open-sans-font", "-", "-"),
    ("allow-sans-tout", "-", "-"),
    ("refuse-collection", "-", "-"),
    # Spanish
    ("denegar-todo", "*", "-"),
    ("bloquear-trafico-de-entrada", "in", "-"),
    ("denegar-todo-el-trafico-de-salida", "out", "-"),
    ("permitir-todo", "-", "*"),
    ("permitir-todo-egress", "-", "out"),
    ("no-permitir-egress", "out", "-"),
    ("no-bloquear", "-", "-"),
    ("sin-trafico", "*", "-"),
    ("permitir-todos-los-pods", "-", "-"),
    ("permitir-todo-excepto-lab", "-", "-"),
    ("pedidos-rechazados", "-", "-"),
    ("codigo-abierto-todo", "-", "-"),
    ("allow-todo", "-", "-"),
    ("allow-todo-app", "-", "-"),
    ("deny-ingress-todo", "in", "-"),
    # Japanese
    ("すべて拒否", "*", "-"),
    ("全拒否", "*", "-"),
    ("受信-拒否", "in", "-"),
    ("egress-遮断", "out", "-"),
    ("すべて許可", "-", "*"),
    ("送信-すべて-許可", "-", "out"),
    ("送信-許可しない", "out", "-"),
    ("拒否しない", "-", "-"),
    ("すべてのPodを許可", "-", "-"),
    ("許可リスト", "-", "-"),
    ("ブロックストレージ", "-", "-"),
    ("サービス拒否", "-", "-"),
    # Chinese
    ("全部拒绝", "*", "-"),
    ("拒絕所有", "*", "-"),
    ("禁止入站", "in", "-"),
    ("egress-封鎖", "out", "-"),
    ("允许所有", "-", "*"),
    ("允許所有出站流量", "-", "out"),
    ("不允许出站", "out", "-"),
    ("不拒绝", "-", "-"),
    ("允许所有Pod", "-", "-"),
    ("允许列表", "-", "-"),
    ("拒绝服务防护", "-", "-"),
    ("入口网关-拒绝", "*", "-"),
]


@pytest.mark.parametrize(("name", "denied", "allowed"), NAMES, ids=[row[0] for row in NAMES])
def test_name(name: str, denied: str, allowed: str) -> None:
    """A name denies or allows what its words say together, and look-alikes say nothing."""
    assert heard(of_name(name)) == claims(denied, allowed)


OWN = [
    ("block-till", "*"),
    ("till-isolated", "*"),
    ("isolate-till-egress", "*"),
    ("block-from-till", "-"),
    ("block-lab", "-"),
]


@pytest.mark.parametrize(("name", "denied"), OWN, ids=[row[0] for row in OWN])
def test_name_of_the_own_pods(name: str, denied: str) -> None:
    """A verb that is a noun just as often counts where only the policy's own pods are named."""
    assert heard(of_name(name, frozenset(("till",)))) == claims(denied, "-")
    assert of_name(name).deny is None


OWN_WAYS = [
    ("allow-all-to-till", "in"),
    ("allow-all-ingress-to-price-till", "in"),
    ("allow-all-from-till", "out"),
    ("allow-all-egress-to-till", "-"),
    ("allow-all-to-cart", "-"),
    ("allow-all-to-till-cart", "-"),
    ("allow-all-pods-to-till", "-"),
    ("allow-all-to", "-"),
]


@pytest.mark.parametrize(("name", "allowed"), OWN_WAYS, ids=[row[0] for row in OWN_WAYS])
def test_name_that_goes_on_to_the_own_pods(name: str, allowed: str) -> None:
    """Whom everybody may reach is no restriction where it is the policy's own pods."""
    assert heard(of_name(name, frozenset(("price", "till")))) == claims("-", allowed)


TOTAL = [
    ("deny-all", True),
    ("deny-all-egress-prod", True),
    ("default-deny-web", True),
    ("web-deny", True),
    ("deny-all-ingress-web", True),
    ("deny-from-other-namespaces", False),
    ("deny-web", False),
    ("deny-all-except-dns", False),
    ("deny-external-egress", False),
    ("deny-metadata", False),
    ("외부-차단", False),
]


@pytest.mark.parametrize(("name", "total"), TOTAL)
def test_total_denial(name: str, total: bool) -> None:
    """A denial that names whom it is about is not one of everything."""
    said = of_name(name)
    assert said.deny is not None
    assert said.total is total


PROSE = [
    ("Deny all egress.", "out", "-"),
    ("deny everything", "*", "-"),
    ("block all traffic", "*", "-"),
    ("Denies all ingress traffic to the payments pods", "in", "-"),
    ("This policy blocks all outgoing traffic.", "out", "-"),
    ("All egress traffic is blocked", "out", "-"),
    ("No ingress allowed.", "in", "-"),
    ("No egress is allowed", "out", "-"),
    ("do not allow egress", "out", "-"),
    ("deny all incoming and outgoing traffic from all pods in namespace lab", "in out", "-"),
    ("Default deny all", "*", "-"),
    ("allow all", "-", "*"),
    ("allow all egress", "-", "out"),
    ("Allow all ingress traffic from anywhere", "-", "in"),
    ("Do not allow any egress.", "out", "-"),
    ("Everything is allowed", "-", "*"),
    ("Deny all ingress. Allow all egress.", "in", "out"),
    ("Ingress: allow all; egress: deny all", "out", "in"),
    # by default: an order, and how things are
    ("Deny all ingress by default", "in", "-"),
    ("By default, deny all egress.", "out", "-"),
    ("Allow all egress by default.", "-", "out"),
    ("Default allow all", "-", "*"),
    ("The default allows all egress", "-", "-"),
    ("All egress is allowed by default.", "-", "-"),
    ("By default all pods accept any traffic", "-", "-"),
    ("By default all ingress is denied", "-", "-"),
    ("Without a policy, all egress is permitted.", "-", "-"),
    ("Without any network policy all ingress is allowed", "-", "-"),
    ("In a fresh cluster all egress is allowed", "-", "-"),
    ("Ohne Richtlinie ist aller ausgehende Verkehr erlaubt", "-", "-"),
    ("Sans politique, tout le trafic sortant est autorisé", "-", "-"),
    ("Sin una política, todo el tráfico de salida está permitido", "-", "-"),
    ("모든 송신 트래픽은 기본 허용", "-", "-"),
    ("모든 수신 트래픽 기본 차단", "in", "-"),
    ("ポリシーなしではすべての送信を許可", "-", "-"),
    ("既定ですべての送信を許可", "-", "-"),
    ("默认允许所有出站流量", "-", "-"),
    ("没有策略时允许所有出站流量", "-", "-"),
    ("所有出站流量默认被拒绝", "-", "-"),
    # mentions
    ("Deny all ingress except from monitoring", "-", "-"),
    ("Deny all ingress, other than the probes", "-", "-"),
    ("deny everything else", "-", "-"),
    ("All egress is denied otherwise", "-", "-"),
    ("By default, all egress is denied elsewhere", "-", "-"),
    ("Deny all inbound and outbound traffic not explicitly allowed", "-", "-"),
    ("Deny all egress. Allow DNS.", "-", "-"),
    ("Deny all egress.\n\nThe only way out is the proxy.", "-", "-"),
    ("deny all egress:\n- but dns", "-", "-"),
    ("block all traffic to the database", "-", "-"),
    ("deny all traffic from the lab", "-", "-"),
    ("deny ingress from other namespaces", "-", "-"),
    ("Does this deny all egress?", "-", "-"),
    ("TODO: deny all egress", "-", "-"),
    ("e.g. deny all egress", "-", "-"),
    ("[] denies all ingress", "-", "-"),
    ("`egress: []` would deny all egress", "-", "-"),
    ("the mesh denies all egress", "-", "-"),
    ("deny all egress in production", "-", "-"),
    ("allow all pods", "-", "-"),
    ("Allow all pods of the namespace", "-", "-"),
    ("allow all ports", "-", "-"),
    ("allow egress", "-", "-"),
    ("allow nothing", "-", "-"),
    ("egress stays open", "-", "-"),
    ("Isolates the namespace", "-", "-"),
    ("Deny all ingress and allow all", "-", "-"),
    ("", "-", "-"),
    # Korean
    ("모든 수신 트래픽 차단", "in", "-"),
    ("모든 트래픽을 차단합니다", "*", "-"),
    ("egress를 모두 차단한다", "out", "-"),
    ("이 정책은 모든 송신 트래픽을 차단한다.", "out", "-"),
    ("송신 모두 허용", "-", "out"),
    ("모든 수신 트래픽을 허용합니다", "-", "in"),
    ("DNS만 허용하고 나머지는 차단", "-", "-"),
    ("외부에서 들어오는 모든 트래픽 차단", "-", "-"),
    ("모든 트래픽을 차단하지 않음", "-", "-"),
    ("기본적으로 모두 차단", "-", "-"),
    ("같은 네임스페이스의 모든 파드 허용", "-", "-"),
    # German
    ("Blockiert allen eingehenden Verkehr.", "in", "-"),
    ("Der gesamte ausgehende Datenverkehr ist verboten.", "out", "-"),
    ("verbietet alles", "*", "-"),
    ("Kein eingehender Verkehr ist erlaubt", "in", "-"),
    ("Erlaubt keinen ausgehenden Verkehr.", "out", "-"),
    ("Diese Richtlinie sperrt jeglichen Egress für die Kassen-Pods.", "out", "-"),
    ("Lehnt allen eingehenden Verkehr ab.", "-", "-"),
    ("Alles ist erlaubt", "-", "*"),
    ("Lässt allen ausgehenden Verkehr zu.", "-", "out"),
    ("Erlaubt jeglichen eingehenden Verkehr von überall", "-", "in"),
    ("Eingehender Verkehr wird nicht blockiert", "-", "-"),
    ("Blockiert alles außer DNS", "-", "-"),
    ("Sperrt den eingehenden Verkehr aus dem Labor", "-", "-"),
    ("Sonst ist aller ausgehende Verkehr verboten", "-", "-"),
    ("Erlaubt alle Pods", "-", "-"),
    ("Erlaubt nur DNS", "-", "-"),
    ("Ist hier alles verboten?", "-", "-"),
    ("TODO: allen Egress verbieten", "-", "-"),
    ("Verkehr vom Ingress ist verboten", "-", "-"),
    ("Das Netz verbietet allen eingehenden Verkehr", "-", "-"),
    # French
    ("Bloque tout le trafic entrant.", "in", "-"),
    ("Tout le trafic sortant est interdit", "out", "-"),
    ("Cette règle refuse tout le trafic d’entrée.", "in", "-"),
    ("N'autorise aucun trafic sortant.", "out", "-"),
    ("Aucun trafic entrant n'est autorisé", "in", "-"),
    ("Interdit tout le trafic réseau", "*", "-"),
    ("Bloque l'egress", "out", "-"),
    ("Tout est autorisé", "-", "*"),
    ("Autorise tout le trafic sortant", "-", "out"),
    ("Autorise tout le trafic entrant depuis n'importe où", "-", "in"),
    ("Le trafic sortant n'est pas bloqué", "-", "-"),
    ("Ne bloque rien", "-", "-"),
    ("N'autorise que le DNS", "-", "-"),
    ("Bloque tout le trafic sauf le DNS", "-", "-"),
    ("Bloque tout le trafic entrant du labo", "-", "-"),
    ("Bloque le trafic en provenance de l'ingress", "-", "-"),
    ("Autorise tous les pods", "-", "-"),
    ("Autorise tout le reste", "-", "-"),
    ("Bloque flux", "-", "-"),
    ("Est-ce que tout est bloqué ?", "-", "-"),
    ("Par défaut, tout le trafic est bloqué", "-", "-"),
    # Spanish
    ("Bloquea todo el tráfico de entrada.", "in", "-"),
    ("Denegar todo el tráfico saliente", "out", "-"),
    ("Todo el tráfico de salida está prohibido", "out", "-"),
    ("No se permite ningún tráfico de entrada", "in", "-"),
    ("Ningún tráfico de entrada está permitido", "in", "-"),
    ("Prohíbe todo el tráfico entrante y saliente", "in out", "-"),
    ("BLOQUEA TODO EL EGRESS", "out", "-"),
    ("Permite todo el tráfico de salida", "-", "out"),
    ("Permitir todo", "-", "*"),
    ("Todo está permitido", "-", "*"),
    ("Permite todo el tráfico entrante desde cualquier lugar", "-", "in"),
    ("El tráfico entrante no se bloquea", "-", "-"),
    ("TODO: bloquear el tráfico de salida", "-", "-"),
    ("TODO bloquear el tráfico de salida", "-", "-"),
    ("Bloquea todo excepto DNS", "-", "-"),
    ("Bloquea todo el tráfico de entrada del laboratorio", "-", "-"),
    ("Bloquea el tráfico del ingress", "-", "-"),
    ("Bloquea todo lo demás", "-", "-"),
    ("Permite todos los pods", "-", "-"),
    ("Solo se permite el tráfico de salida", "-", "-"),
    ("¿Bloquea todo el tráfico?", "-", "-"),
    ("Por defecto se bloquea todo el tráfico", "-", "-"),
    # Japanese
    ("すべての受信トラフィックを拒否する", "in", "-"),
    ("全ての送信通信を遮断します。", "out", "-"),
    ("このポリシーは全通信を拒否する", "*", "-"),
    ("送信は許可しません", "out", "-"),
    ("受信トラフィックは許可されていません", "in", "-"),
    ("egressをすべてブロックする", "out", "-"),
    ("全通信遮断", "*", "-"),
    ("すべての受信を拒否する。すべての送信を許可する。", "in", "out"),
    ("すべて許可", "-", "*"),
    ("すべての送信トラフィックを許可します", "-", "out"),
    ("どこからでも受信を許可", "-", "in"),
    ("受信を拒否しない", "-", "-"),
    ("DNS以外のすべての送信を拒否", "-", "-"),
    ("DNSだけを許可し、他は拒否", "-", "-"),
    ("外部からの受信をすべて拒否", "-", "-"),
    ("検証環境からの受信をすべて拒否する", "-", "-"),
    ("Ingressからの通信を拒否", "-", "-"),
    ("すべての送信元からの通信を記録する", "-", "-"),
    ("すべてのPodを許可", "-", "-"),
    ("全ポートを許可", "-", "-"),
    ("すべて拒否するか", "-", "-"),
    ("デフォルトですべて拒否", "-", "-"),
    ("サービス拒否を防ぐ", "-", "-"),
    # Chinese
    ("拒绝所有入站流量", "in", "-"),
    ("拒絕所有入站流量。", "in", "-"),
    ("该策略禁止所有出站流量", "out", "-"),
    ("默认拒绝所有流量", "*", "-"),
    ("所有出站流量都会被拒绝", "out", "-"),
    ("不允许任何出站流量", "out", "-"),
    ("封鎖所有傳入與傳出流量", "in out", "-"),
    ("拒绝所有入站流量。允许所有出站流量。", "in", "out"),
    ("允许所有流量", "-", "*"),
    ("允許所有傳出流量", "-", "out"),
    ("允许来自任何地方的所有入站流量", "-", "in"),
    ("不拒绝入站流量", "-", "-"),
    ("并不拒绝所有入站流量", "-", "-"),
    ("除了DNS，拒绝所有出站流量", "-", "-"),
    ("仅允许DNS，其他全部拒绝", "-", "-"),
    ("拒绝来自外部的所有流量", "-", "-"),
    ("拒绝来自实验室的流量", "-", "-"),
    ("拒绝来自Ingress的流量", "-", "-"),
    ("拒绝所有入站流量，允许DNS", "-", "-"),
    ("允许所有Pod", "-", "-"),
    ("允许所有端口", "-", "-"),
    ("是否拒绝所有流量？", "-", "-"),
    ("防止拒绝服务攻击", "-", "-"),
    ("安全部署允许流量", "-", "-"),
    ("未明确允许的流量全部拒绝", "-", "-"),
    # look-alikes in all languages
    ("Block all traffic that is not allowed", "-", "-"),
    ("Deny all ingress not allowed", "-", "-"),
    ("Verbietet jeglichen Datenverkehr im Namespace", "*", "-"),
    ("Alle Verbindungen blockieren", "*", "-"),
    ("Eingehender Traffic ist komplett gesperrt", "in", "-"),
    ("Kein Egress erlaubt", "out", "-"),
    ("Keine eingehenden Verbindungen erlauben", "in", "-"),
    ("Verbietet nichts", "-", "-"),
    ("Erlaubt alles, was nicht verboten ist", "-", "-"),
    ("Blockiert allen Verkehr, der nicht erlaubt ist", "-", "-"),
    ("Blockiert allen Verkehr, der nicht aus dem Cluster kommt", "-", "-"),
    ("Sperrt alles andere", "-", "-"),
    ("Früher war alles verboten", "-", "-"),
    ("Erlaubt alle eingehenden Verbindungen der Kasse", "-", "-"),
    ("Erlaubt alle eingehenden Verbindungen vom Lager", "-", "-"),
    ("Blockiert allen Verkehr zwischen den Namespaces", "-", "-"),
    ("Verbietet allen Verkehr in den Namespace shop", "*", "-"),
    ("Verkehr von außen ist verboten", "-", "-"),
    ("Die Default-Policy verbietet jeden Zugriff", "*", "-"),
    ("Es ist nicht erlaubt, allen Verkehr zu blockieren", "-", "-"),
    ("Lässt alles zu", "-", "*"),
    ("Alles offen", "-", "*"),
    ("Nicht alles ist erlaubt", "-", "-"),
    ("Erlaubt nicht jeden Verkehr", "-", "-"),
    ("Wir blockieren hier bewusst nichts", "-", "-"),
    ("Blockiert, wenn nötig, allen eingehenden Verkehr", "-", "-"),
    ("Tout bloquer", "*", "-"),
    ("On bloque tout en entrée", "in", "-"),
    ("Ne permet aucun trafic", "*", "-"),
    ("Pas de trafic sortant", "out", "-"),
    ("Bloque tout trafic non autorisé", "-", "-"),
    ("Tout ce qui n'est pas autorisé est bloqué", "-", "-"),
    ("Bloque tout le trafic qui vient du labo", "-", "-"),
    ("Bloque tout le trafic entre les espaces de noms", "-", "-"),
    ("Interdit tout accès depuis l'extérieur", "-", "-"),
    ("Ne bloque pas tout le trafic", "-", "-"),
    ("Pas tout le trafic est autorisé", "-", "-"),
    ("Autorise tout le trafic interne", "-", "-"),
    ("Bloque l’accès à l’API", "-", "-"),
    ("Autoriser tout", "-", "*"),
    ("Tout le trafic entrant est refusé, sauf exception", "-", "-"),
    ("La politique bloque tout, puis autorise le DNS", "-", "-"),
    ("Si besoin, bloquer tout le trafic", "-", "-"),
    ("Denegación por defecto", "-", "-"),
    ("Deniega todo", "*", "-"),
    ("Niega todo el acceso", "*", "-"),
    ("Se deniega todo el tráfico entrante", "in", "-"),
    ("Bloquear todo el tráfico no permitido", "-", "-"),
    ("Todo lo que no está permitido se bloquea", "-", "-"),
    ("No bloquea nada", "-", "-"),
    ("No todo el tráfico está permitido", "-", "-"),
    ("Bloquea todo el tráfico desde otros namespaces", "-", "-"),
    ("Bloquea todo el tráfico hacia la base de datos", "-", "-"),
    ("Permite todo el tráfico interno", "-", "-"),
    ("Permite cualquier tráfico de salida", "-", "out"),
    ("Permite todo menos SSH", "-", "-"),
    ("Antes se bloqueaba todo", "-", "-"),
    ("Si se bloquea todo el tráfico de salida", "-", "-"),
    ("Puede bloquear todo el tráfico", "-", "-"),
    ("Bloquea todo tráfico entre pods", "-", "-"),
    ("すべてのアクセスを禁止", "*", "-"),
    ("インバウンド通信はすべてブロックします", "in", "-"),
    ("外部への通信はすべて禁止", "-", "-"),
    ("許可されていない通信はすべて拒否", "-", "-"),
    ("許可していない通信を拒否する", "-", "-"),
    ("明示的に許可された通信以外は拒否", "-", "-"),
    ("全てのPodへの受信を拒否", "-", "-"),
    ("名前空間内の全てのPodの受信を拒否", "-", "-"),
    ("すべての通信を許可するわけではない", "-", "-"),
    ("送信は拒否されません", "-", "-"),
    ("必要に応じてすべて拒否", "-", "-"),
    ("すべて拒否してから許可する", "-", "-"),
    ("アウトバウンドは全許可", "-", "out"),
    ("インバウンド・アウトバウンドをすべて拒否", "in out", "-"),
    ("全ての受信を拒否、DNSは例外", "-", "-"),
    ("すべての名前空間からの受信を許可", "-", "-"),
    ("データベースへの通信をすべて遮断", "-", "-"),
    ("以前はすべて拒否していた", "-", "-"),
    ("禁止所有访问", "*", "-"),
    ("默认禁止一切出站访问", "out", "-"),
    ("拒绝所有不允许的流量", "-", "-"),
    ("拒绝所有未允许的流量", "-", "-"),
    ("未经允许的访问一律禁止", "-", "-"),
    ("并非所有流量都允许", "-", "-"),
    ("不是所有流量都被允许", "-", "-"),
    ("允许所有内部流量", "-", "-"),
    ("允许所有命名空间访问", "-", "-"),
    ("禁止访问外网", "-", "-"),
    ("禁止外部访问", "-", "-"),
    ("禁止访问数据库", "-", "-"),
    ("所有Pod禁止出站", "-", "-"),
    ("拒绝所有入站流量（DNS除外）", "-", "-"),
    ("拒绝所有入站流量，但允许DNS", "-", "-"),
    ("如果需要，拒绝所有流量", "-", "-"),
    ("允许所有入站和出站流量", "-", "in out"),
    ("入站全部放行", "-", "in"),
    ("出站流量全部放行", "-", "out"),
    ("以前拒绝所有流量", "-", "-"),
    ("允許所有輸出流量", "-", "out"),
    ("不要禁止出站流量", "-", "-"),
    ("不得允许出站流量", "out", "-"),
    ("限制所有入站流量", "-", "-"),
    ("이 정책은 송신을 모두 차단한다", "out", "-"),
]


@pytest.mark.parametrize(("text", "denied", "allowed"), PROSE, ids=[row[0] for row in PROSE])
def test_prose(text: str, denied: str, allowed: str) -> None:
    """A comment counts when a sentence states the whole effect; what it mentions does not."""
    assert heard(of_prose(text)) == claims(denied, allowed)


TERMS = [
    ("web-allow-external", Word.OUTSIDE, "external"),
    ("external-secrets", Word.OUTSIDE, None),
    ("external-dns", Word.OUTSIDE, None),
    ("payments-to-GitHub", Word.OUTSIDE, "GitHub"),
    ("calls the https api of a third-party", Word.OUTSIDE, "https api"),
    ("not public", Word.EVERYONE, None),
    ("without a public address", Word.EVERYONE, None),
    ("public on purpose", Word.EVERYONE, "public"),
    ("not reachable from the internet", Word.OUTSIDE, None),
    ("must not be exposed to the outside world", Word.OUTSIDE, None),
    ("cannot be reached from everywhere", Word.EVERYONE, None),
    ("no way to the internet", Word.OUTSIDE, None),
    ("non-public", Word.OUTSIDE, None),
    ("not from the lab but from the internet", Word.OUTSIDE, "internet"),
    ("not only from inside, from the internet too", Word.OUTSIDE, "internet"),
    ("not the lab, the internet", Word.OUTSIDE, "internet"),
    ("everything not for the lab is allowed", Word.ALLOW, "allowed"),
    ("any source", Word.EVERYONE, "any source"),
    ("all pods", Word.EVERYONE, None),
    ("all pods", Word.ALL, "all pods"),
    ("All ports, all of them", Word.ALL_PORTS, "All ports"),
    ("all udp ports", Word.ALL_PORTS, "all udp"),
    ("all-in-one", Word.ALL, None),
    ("any of the two", Word.OR, "any of"),
    ("till as well as cart", Word.OR, "as well as"),
    ("orders", Word.OR, None),
    ("pods in the tills namespace", Word.AND, "pods in"),
    ("from the same namespace", Word.SAME_NAMESPACE, "same namespace"),
    ("from the same namespace", Word.NAMESPACE, "same namespace"),
    ("block 169.254.169.254", Word.METADATA, "169.254.169.254"),
    ("Kubernetes API", Word.API_SERVER, "Kubernetes API"),
    ("kube-apiserver", Word.API_SERVER, "kube-apiserver"),
    ("lookups in CoreDNS", Word.DNS, "CoreDNS"),
    ("quarantined", Word.QUARANTINE, "quarantined"),
    ("TODO remove", Word.TEMPORARY, "TODO"),
    ("ingress from the ingress", Word.INBOUND, "ingress"),
    ("from the ingress", Word.INBOUND, None),
    ("ingress-nginx", Word.INBOUND, None),
    ("ingressClass", Word.INBOUND, None),
    ("isn't denied", Word.DENY, None),
    ("isn't allowed", Word.DENY, "allowed"),
    ("nothing leaves, block it", Word.DENY, "block"),
    ("인터넷에서 접근할 수 없음", Word.OUTSIDE, None),
    ("외부망으로 나가는 트래픽", Word.OUTSIDE, "외부망"),
    ("외부 공개", Word.EVERYONE, "외부 공개"),
    ("모든트래픽", Word.EVERYONE, "모든트래픽"),
    ("안전한 파드를 허용", Word.ALLOW, "허용"),
    ("허용하지 않음", Word.ALLOW, None),
    ("허용하지 않음", Word.DENY, "허용"),
    ("같은 네임스페이스의 파드", Word.SAME_NAMESPACE, "같은 네임스페이스"),
    ("네임스페이스의 frontend 파드", Word.AND, "네임스페이스의"),
    ("혹은", Word.OR, "혹은"),
    ("모든 포트", Word.ALL_PORTS, "모든 포트"),
    ("API 서버", Word.API_SERVER, "API 서버"),
    # German
    ("öffentlich erreichbar", Word.EVERYONE, "öffentlich"),
    ("nicht öffentlich", Word.EVERYONE, None),
    ("aus dem öffentlichen Internet nicht erreichbar", Word.OUTSIDE, None),
    ("für alle", Word.EVERYONE, "alle"),
    ("alle", Word.EVERYONE, None),
    ("Zugriff von außen", Word.OUTSIDE, "außen"),
    ("Kasse oder Korb", Word.OR, None),
    ("Zugriff für Kasse oder Korb", Word.OR, "oder"),
    ("Zugriff für Pods im Namespace kassen", Word.AND, "Pods im"),
    ("aus demselben Namespace", Word.SAME_NAMESPACE, "demselben Namespace"),
    ("vorübergehend offen", Word.TEMPORARY, "vorübergehend"),
    ("Verkehr vom Ingress", Word.INBOUND, None),
    ("extern", Word.OUTSIDE, None),
    ("Metriken der Knoten", Word.MACHINERY, "Metriken"),
    ("Zugriff auf alle Ports", Word.ALL_PORTS, "alle Ports"),
    ("ist nicht erlaubt", Word.DENY, "erlaubt"),
    ("it was all in Also", Word.OR, "Also"),
    # French
    ("ouvert à tout le monde", Word.EVERYONE, "tout le monde"),
    ("pas ouvert au public", Word.EVERYONE, None),
    ("pour tous", Word.EVERYONE, "tous"),
    ("tout", Word.EVERYONE, None),
    ("accès externe", Word.OUTSIDE, "externe"),
    ("l'accès vient de la caisse ou du panier", Word.OR, "ou"),
    ("les pods du même namespace", Word.SAME_NAMESPACE, "même namespace"),
    ("pods dans le namespace caisse, accès", Word.AND, "pods dans"),
    ("point d'entrée du trafic", Word.INBOUND, None),
    ("trafic d'entrée", Word.INBOUND, "d'entrée"),
    ("sans accès public", Word.EVERYONE, None),
    ("Open Sans", Word.NOT, None),
    ("les nœuds du réseau", Word.MACHINERY, "nœuds"),
    ("n’est pas autorisé", Word.DENY, "autorisé"),
    ("attaque par déni de service, refus de service", Word.DENY, None),
    # Spanish
    ("abierto a todo el mundo", Word.EVERYONE, "todo el mundo"),
    ("abierto a TODO el mundo", Word.EVERYONE, "TODO el mundo"),
    ("para todos", Word.EVERYONE, "todos"),
    ("todos", Word.EVERYONE, None),
    ("no es público", Word.EVERYONE, None),
    ("acceso externo", Word.OUTSIDE, "externo"),
    ("acceso de la caja o de la cesta", Word.OR, "o"),
    ("pods del namespace caja", Word.AND, None),
    ("acceso para los pods del namespace caja", Word.AND, "pods del"),
    ("tráfico del mismo namespace", Word.SAME_NAMESPACE, "mismo namespace"),
    ("tráfico del ingress", Word.INBOUND, None),
    ("tráfico de entrada", Word.INBOUND, "de entrada"),
    ("bandeja de entrada, acceso", Word.INBOUND, None),
    ("todo remove", Word.TEMPORARY, "todo"),
    ("todo acceso", Word.TEMPORARY, None),
    ("TODO: acceso", Word.TEMPORARY, "TODO"),
    ("temporal-worker", Word.TEMPORARY, None),
    ("acceso temporal", Word.TEMPORARY, "temporal"),
    ("no permitido", Word.DENY, "permitido"),
    ("ataque de denegación de servicio", Word.DENY, None),
    # Japanese
    ("誰でも利用できる", Word.EVERYONE, "誰でも"),
    ("一般公開", Word.EVERYONE, "一般公開"),
    ("公開鍵の配布", Word.EVERYONE, None),
    ("非公開", Word.EVERYONE, None),
    ("公開しない", Word.EVERYONE, None),
    ("外部に接続する", Word.OUTSIDE, "外部"),
    ("外部からはアクセスできない", Word.OUTSIDE, None),
    ("レジまたはカゴ", Word.OR, "または"),
    ("監視の名前空間のPod", Word.AND, "名前空間の"),
    ("同じ名前空間のPod", Word.SAME_NAMESPACE, "同じ名前空間"),
    ("送信元のアドレス", Word.OUTBOUND, None),
    ("受信箱", Word.INBOUND, None),
    ("ヘルスチェック用", Word.MACHINERY, "ヘルスチェック"),
    ("すべてのポート", Word.ALL_PORTS, "すべてのポート"),
    ("一時的に開放", Word.TEMPORARY, "一時的"),
    ("許可されません", Word.DENY, "許可"),
    ("所有者のサポート", Word.ALL, None),
    # Chinese
    ("对外开放", Word.EVERYONE, "对外开放"),
    ("任何人都可以访问", Word.EVERYONE, "任何人"),
    ("不公开", Word.EVERYONE, None),
    ("非公開", Word.EVERYONE, None),
    ("访问互联网", Word.OUTSIDE, "互联网"),
    ("訪問網際網路", Word.OUTSIDE, "網際網路"),
    ("收银台或购物车", Word.OR, "或"),
    ("监控命名空间的Pod", Word.AND, "命名空间的"),
    ("同一命名空间的Pod", Word.SAME_NAMESPACE, "同一命名空间"),
    ("入口控制器", Word.INBOUND, None),
    ("来自入口的流量", Word.INBOUND, None),
    ("所有者", Word.ALL, None),
    ("安全部", Word.ALL, None),
    ("健康检查", Word.MACHINERY, "健康检查"),
    ("健康檢查", Word.MACHINERY, "健康檢查"),
    ("所有端口", Word.ALL_PORTS, "所有端口"),
    ("临时放行", Word.TEMPORARY, "临时"),
    ("不允许", Word.DENY, "不允许"),
    ("API 服务器", Word.API_SERVER, "API 服务器"),
]


@pytest.mark.parametrize(("text", "word", "term"), TERMS)
def test_says(text: str, word: Word, term: str | None) -> None:
    """A class is heard in whole words and fixed phrases, as written, and not when it is negated."""
    assert says(text, word) == term


def test_own_environment() -> None:
    """What is said of an environment holds where the policy says that it is that one."""
    for namespace, is_heard in (("shop-production", True), ("shop-dev", False), ("shop", False)):
        text = manifest(head="# Deny all egress in prod.\n")
        text = text.replace("metadata:\n", f"metadata:\n  namespace: {namespace}\n")
        assert (intent(text).deny is not None) is is_heard
    labels = "  labels: {env: stage}\n"
    said = intent(manifest(head="# Block all egress (staging)\n", annotations=labels))
    assert said.denies(Direction.EGRESS) is not None
    assert of_prose("Deny all egress in prod").deny is None


def test_places_of_terms() -> None:
    """Every term knows where it stands in the text."""
    text = "Does not allow egress. 송신 차단"
    for piece in hear(text).pieces:
        assert text[piece.start : piece.end] == piece.text


def test_name_is_stronger() -> None:
    """The name speaks first, the annotation second, comments last."""
    note = "  annotations: {example.org/description: Deny all egress.}\n"
    said = intent(manifest("deny-all-egress", annotations=note, head="# deny all egress\n"))
    assert [stance.source.kind for stance in said.denials] == ["name", "annotation", "comment"]
    assert spoken(said.deny) == "deny-all-egress"


def test_contradiction() -> None:
    """Two sources that contradict each other leave no intent."""
    said = intent(manifest("deny-all-egress", head="# Allow all egress.\n"))
    assert said.deny is None
    assert said.allowances == ()


def test_different_directions_do_not_contradict() -> None:
    """A source about one direction leaves a source about the other one alone."""
    said = intent(manifest("deny-all-ingress", head="# Allow all egress.\n"))
    assert said.deny is not None
    assert said.denies(Direction.INGRESS) is said.deny
    assert said.denies(Direction.EGRESS) is None
    assert said.allowances != ()


def test_only_describing_annotations() -> None:
    """Annotations are heard whose keys end in description, comment or purpose."""
    for key, is_heard in (
        ("description", True),
        ("example.org/policy-comment", True),
        ("example.org/purpose", True),
        ("example.org/team", False),
    ):
        note = f"  annotations:\n    {key}: Deny all egress.\n"
        assert (intent(manifest(annotations=note)).deny is not None) is is_heard


def test_comment_on_a_direction() -> None:
    """A comment on a direction is about that direction, unless it names the other one."""
    said = intent(manifest(spec="# deny everything\n  egress: []"))
    assert said.denies(Direction.EGRESS) is not None
    assert said.denies(Direction.INGRESS) is None
    assert intent(manifest(spec="# deny all ingress\n  egress: []")).deny is None
    assert intent(manifest(spec="egress: [] # allow all")).allowances != ()


def test_comment_on_an_open_rule() -> None:
    """A comment on the rule that allows everything counts, one on a narrower rule does not."""
    assert intent(manifest(spec="egress:\n  # deny all\n  - {}")).deny is not None
    rule = "egress:\n  # deny all\n  - to: [{podSelector: {}}]"
    assert intent(manifest(spec=rule)).deny is None


def test_place_of_a_sentence() -> None:
    """The source of a statement is the comment in which its sentence begins."""
    text = manifest(head="# Rules of the shop.\n# Owner: tills\n\n# Block all\n# egress.\n")
    stance = intent(text).deny
    assert stance is not None
    assert stance.source.text == "Block all egress."
    assert text[stance.source.span.start : stance.source.span.end] == "# Block all"


def test_taken_back_in_another_paragraph() -> None:
    """What takes a statement back may stand in another paragraph above the policy."""
    assert intent(manifest(head="# Deny all egress.\n\n# But dns is open.\n")).deny is None


def test_licences_and_manifests_say_nothing() -> None:
    """Neither a licence nor a rule that was commented out is a statement or a mention."""
    licence = "# Licensed without conditions of any kind: public, allow all egress\n\n"
    said = intent(manifest(head=licence))
    assert said.allowances == ()
    assert said.described(Word.EVERYONE) is None
    assert intent(manifest(head="# name: deny-all-egress\n")).deny is None
    assert intent(manifest(spec="# - from: deny all\n  ingress: []")).deny is None


def test_unknown_name_says_nothing() -> None:
    """A name that is substituted later is not judged."""
    assert intent(manifest("deny-${WAY}-egress")).deny is None


def test_mentions() -> None:
    """A mention is looked for in the name, in descriptions, and in the comments on one node."""
    text = manifest("web-public", head="# for the internet\n", spec="ingress: [] # debug")
    found, notes = read(text)
    said = Intent.of(found, notes)
    node = found.ingress.key.span
    named = said.named(Word.EVERYONE)
    assert named is not None
    assert named.text == "public"
    described = said.described(Word.OUTSIDE)
    assert described is not None
    assert text[described.span.start : described.span.end] == "# for the internet"
    noted = said.noted(node, Word.TEMPORARY)
    assert noted is not None
    assert text[noted.span.start : noted.span.end] == "# debug"
    assert said.says(None, Word.TEMPORARY) is None
    assert said.says(node, Word.TEMPORARY) == noted


def test_messages_fit() -> None:
    """A message quotes the words, cut in their middle, and says what the policy does."""
    said = intent(manifest("deny-all-" + "x" * 100 + "-egress")).deny
    assert said is not None
    message = said.source.against("allows all egress traffic")
    assert message.startswith('the policy is called "deny-all-x')
    assert message.endswith('x-egress" but allows all egress traffic')
    assert "…" in message
    assert len(message) == 100


MACHINE_WORDS = [
    "expect: deny-that-allows",
    "netpol-lint: ignore[open-to-everyone] public on purpose",
    "netpol-lint:ignore-file[null-rule]",
]


@pytest.mark.parametrize("words", MACHINE_WORDS)
def test_machine_words_are_no_evidence(words: str) -> None:
    """Ignores and the marks of fixtures are not handed out as what people say."""
    text = manifest(head=f"# {words}\n", spec=f"# {words}\n  ingress: [] # {words}")
    found, notes = read(text)
    span = found.ingress.key.span
    assert notes.comments == ()
    assert notes.of(Span(0, len(text))) == notes.head(span.start) == notes.inside(span) == ""
    assert notes.beside(span.start) is None
    assert Intent.of(found, notes).says(span, Word.EVERYONE, Word.DENY, Word.ALLOW) is None


@pytest.mark.parametrize("words", MACHINE_WORDS)
def test_machine_words_behind_others(words: str) -> None:
    """A comment that ends in machine words still says what stands before them."""
    found, notes = read(manifest(spec=f"ingress: [] # deny all # {words}"))
    assert notes.inside(found.ingress.key.span) == "deny all"


@pytest.mark.parametrize("words", MACHINE_WORDS)
def test_machine_words_do_not_part_comments(words: str) -> None:
    """A mark between a comment and its node does not take the comment away from it."""
    found, notes = read(manifest(spec=f"# block\n  # {words}\n  # everything\n  ingress: []"))
    assert notes.head(found.ingress.key.start) == "block\neverything"


def test_preface() -> None:
    """The paragraphs above a document are its preface; other content ends it."""
    found, notes = read(manifest(head="# a\n\n\n# b\n# c\n", spec="# d\n\n  # e\n  ingress: []"))
    preface = notes.preface(found.root.start)
    assert [[each.text for each in paragraph] for paragraph in preface] == [["a"], ["b", "c"]]
    assert notes.head(found.root.start) == "b\nc"
    assert len(notes.preface(found.ingress.key.start)) == 2
    assert notes.preface(found.kind_node.start) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_lexicon_is_tidy(language: str) -> None:
    """No term is listed twice in a class, and no term both denies and allows."""
    table = LANGUAGES[language]
    for word, written in table.items():
        terms = written.split()
        assert len(terms) == len(set(terms)), word
        for implied in IMPLIES.get(word, ()):
            assert not set(terms) & set(table.get(implied, "").split()), (word, implied)
    assert not set(table[Word.DENY].split()) & set(table[Word.ALLOW].split())
    assert set(table.get(Word.HOMONYM, "").split()) <= {
        term for verb in (Word.DENY, Word.ALLOW) for term in table[verb].split()
    }
    shared = table.get(Word.SHARED, "").split()
    assert set(shared) <= {
        term for word in table if word is not Word.SHARED for term in table[word].split()
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_terms_are_heard(language: str) -> None:
    """Every term is found in a text of its language, and not cut by other terms."""
    vocabulary = Vocabulary([language] if language != "en" else [])
    for word, written in LANGUAGES[language].items():
        for term in written.split():
            if word is Word.SHARED or term.endswith("'"):
                continue
            text = term.removeprefix("=").replace("'-", "'")
            text = re.sub(r"(?<=[\u0100-\uffff])-|-(?=[\u0100-\uffff])", "", text).replace("-", " ")
            tokens = [*vocabulary.tokens(text, humps=False)]
            (piece,) = vocabulary.pieces(text, tokens)
            assert word in piece.words, term


ENGLISH = [
    "allow-todo-app",
    "open-sans-cdn",
    "temporal-worker",
    "all-die-hard-fans",
    "le-monde-ingress",
    "TODO: deny all for the sans institute",
    "Also it was an alias, so all the rest will be in.",
    "La Paz and El Paso are for the public.",
    "man pages of the DES module on port 53",
    "The refuse collection is open to entrants with permits.",
    "sin and cos of the intern",
]


@pytest.mark.parametrize("text", ENGLISH)
def test_english_stays_english(text: str) -> None:
    """A word that another language shares with English does not bring that language in."""
    classes = {piece.text.lower(): piece.words for piece in hear(text).pieces}
    english = Vocabulary()
    tokens = [*english.tokens(text, humps=" " not in text)]
    assert classes.keys() == {piece.text.lower() for piece in english.pieces(text, tokens)}
    assert not any(classes.get(word) for word in ("sans", "die", "le", "la", "el", "man", "sin"))


def test_a_language_is_shown_by_one_clear_word_or_two_others() -> None:
    """One word that only one language has tells it, and so do two of its little words."""
    assert says("alle", Word.ALL) is None
    assert says("alle Zugriffe", Word.ALL) == "alle"
    assert says("von alle", Word.ALL) == "alle"
    assert says("L’accès à tout", Word.ALL) == "tout"
