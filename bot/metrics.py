"""SHELL. What Prometheus reads at /metrics: counted from the database when asked, but for two a process alone knows."""

import hmac
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from adapters.contract import Clock
from bot.model import Channel, Source, State
from bot.rules.pace import left_today
from bot.store import figures
from bot.store.alerts import Cause
from bot.store.engine import Store, StoreUnavailable
from bot.store.figures import Figures

_BUCKETS = (15, 30, 60, 120, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600, 86400)
_REMOVED = "removed"
"""The network of a channel that is no longer in the settings."""
_BEATS = 60
"""How many of the latest seconds the worst delay is told of."""

Token = Callable[[], str | None]
"""What a reader must show; None: nothing; "": what nobody can show, as the secret is missing."""


class Metrics:
    """What one process knows: a registry of its own, so that two in one process never mix."""

    def __init__(
        self, channels: Iterable[Channel], sources: Iterable[Source], *, zone: str, is_sealed: bool = False
    ) -> None:
        self._zone, self._is_sealed = zone, is_sealed
        self.follow(channels, sources)
        self._lags: deque[float] = deque(maxlen=_BEATS)
        self._took = Histogram(
            "jarshy_article_to_post_seconds",
            "From an article's publication to its post, since this process started.",
            ["network"],
            buckets=_BUCKETS,
            registry=None,
        )
        for name in self._networks():
            self._took.labels(name)

    def follow(self, channels: Iterable[Channel], sources: Iterable[Source]) -> None:
        """Tell of these from now on, and of no others."""
        self._channels = {each.id: each for each in channels}
        self._sources = {each.id for each in sources}

    @property
    def listed(self) -> list[str]:
        """The channels of the settings."""
        return list(self._channels)

    def posted(self, channel: Channel, took: timedelta) -> None:
        """Note that an article went out on a channel so long after its publication."""
        self._took.labels(channel.network).observe(max(0.0, took.total_seconds()))

    async def feel_lag(self, clock: Clock) -> None:
        """Note each second how much later than asked for the event loop comes back."""
        while True:
            before = clock.monotonic()
            await clock.sleep(1)
            self._lags.append(max(0.0, clock.monotonic() - before - 1))

    def page(self, found: Figures, now: datetime) -> bytes:
        """Write everything as Prometheus reads it."""
        registry = CollectorRegistry(auto_describe=False)
        made = [*self._taken(), *self._counted(found), *self._aged(found, now), *self._left(found, now)]
        registry.register(_Once(made))
        return generate_latest(registry)

    def _taken(self) -> Iterator[Metric]:
        for each in self._took.collect():
            # When a series began is a second metric, and of no use here.
            each.samples = [sample for sample in each.samples if not sample.name.endswith("_created")]
            yield each

    def _counted(self, found: Figures) -> Iterator[Metric]:
        by_network = {(network, state): 0 for network in self._networks() for state in State}
        for (name, state), many in found.deliveries.items():
            key = (self._channels[name].network if name in self._channels else _REMOVED, state)
            by_network[key] = by_network.get(key, 0) + many
        told = {(network, str(state)): many for (network, state), many in by_network.items()}
        about = "Deliveries: open or held now; done, skipped, expired and cancelled in the last 24 hours."
        yield _gauge("jarshy_deliveries", about, told.items(), ("network", "state"))
        unknown = sum(many for (_, state), many in found.deliveries.items() if state is State.UNKNOWN)
        about = "Posts that may be out or not; without those their networks have and work on."
        yield _gauge("jarshy_unknown_open", about, [((), unknown - found.at_work)])
        alerts = {(str(cause),): found.alerts.get(cause, 0) for cause in Cause}
        yield _gauge("jarshy_alerts_open", "Alerts that are open.", alerts.items(), ("cause",))

    def _aged(self, found: Figures, now: datetime) -> Iterator[Metric]:
        waits = (now - found.oldest).total_seconds() if found.oldest else 0
        yield _gauge("jarshy_queue_oldest_seconds", "How long the oldest due delivery has waited.", [((), waits)])
        read = {each.id: each.polled_at for each in found.sources if each.id in self._sources and each.polled_at}
        ages = {(name,): (now - at).total_seconds() for name, at in read.items()}
        yield _gauge("jarshy_feed_age_seconds", "Since a feed last answered.", ages.items(), ("source",))
        lag = [((), max(self._lags))] if self._lags else []
        yield _gauge("jarshy_loop_lag_seconds", "The event loop's worst delay of the last minute.", lag)
        if self._is_sealed:
            open_for = (now - found.unsealed_since).total_seconds() if found.unsealed_since else 0
            about = "How long the oldest row of the audit log has waited to be sealed; not told without AUDIT_KEY."
            yield _gauge("jarshy_audit_unsealed_seconds", about, [((), open_for)])

    def _left(self, found: Figures, now: datetime) -> Iterator[Metric]:
        ends = {(each.id,): (each.expires_at - now).total_seconds() for each in found.accounts if each.expires_at}
        yield _gauge("jarshy_token_expires_seconds", "Until an account's session ends.", ends.items(), ("account",))
        left = {
            (name,): many
            for name, who in self._channels.items()
            if name in found.paces
            and (many := left_today(who, found.paces[name], zone=self._zone, now=now)) is not None
        }
        yield _gauge("jarshy_rate_left", "Posts a channel may still send today.", left.items(), ("channel",))

    def _networks(self) -> list[str]:
        return sorted({each.network for each in self._channels.values()})


class _Once(Collector):
    """Hands over what was made for one page."""

    def __init__(self, made: list[Metric]) -> None:
        self._made = made

    def collect(self) -> Iterable[Metric]:
        """Hand over all that has a value."""
        return [each for each in self._made if each.samples]


def _gauge(
    name: str, about: str, values: Iterable[tuple[Sequence[str], float]], labels: tuple[str, ...] = ()
) -> GaugeMetricFamily:
    made = GaugeMetricFamily(name, about, labels=labels)
    for which, value in values:
        made.add_metric(which, value)
    return made


def endpoint(metrics: Metrics, store: Store, clock: Clock, token: Token) -> Callable[[Request], Awaitable[Response]]:
    """Make the page's answer: 401 to whoever lacks the token, 503 while the database does not answer."""

    async def answer(request: Request) -> Response:
        """Write the metrics."""
        wanted, shown = token(), request.headers.get("authorization", "").encode()
        if wanted is not None and not (wanted and hmac.compare_digest(shown, f"Bearer {wanted}".encode())):
            return PlainTextResponse("this page asks for a token\n", 401, {"www-authenticate": "Bearer"})
        now = clock.now()
        try:
            found = await store.write(figures.read, metrics.listed, now)
        except StoreUnavailable as e:
            return PlainTextResponse(f"the database does not answer: {e}\n", 503)
        return Response(metrics.page(found, now), media_type=CONTENT_TYPE_PLAIN_0_0_4)

    return answer
