using System.Collections.Immutable;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Alerts.Evaluation;
using StreamSocial.Alerts.Rules;
using StreamSocial.Alerts.State;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Alerts.Stores;

namespace StreamSocial.Browser.Tests.Alerts;

/// <summary>What is kept of alerts and silences.</summary>
public sealed class AlertWriterTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);
    private static readonly CancellationToken Cancelled = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_OneAlertIsNotTaken_KeepsTheOthers()
    {
        var store = new PickyStore(AlertRules.BrokerDown);
        var keeper = new AlertKeeper(store, Options.Create(new AlertOptions()));
        var input = new AlertInput(Now)
        {
            Brokers = [new BrokerSignal(1, IsRunning: false, "down")],
            Lacking = [new ReplicationSignals("t", 1, 0, 0)],
        };
        keeper.Observe(input);
        keeper.Observe(input with { At = Now.AddMinutes(1) });

        await KeepAsync(keeper, store);

        Assert.Equal([AlertRules.PartitionsOffline], store.Read()!.Alerts.Values.Select(alert => alert.Rule));
        Assert.Equal([AlertRules.BrokerDown], keeper.Unkept().Select(alert => alert.Rule));
    }

    [Fact]
    public async Task Stop_SilencesAreOver_RemovesThoseThatNobodyLooksFor()
    {
        var store = new PickyStore("");
        foreach (var (id, until) in new[] { ("old", -2.0), ("over", -0.5), ("running", 1.0) })
            await store.WriteAsync(new Silence(id, ImmutableSortedDictionary<string, string>.Empty, Now.AddDays(-1), Now.AddHours(until), "ann", ""), Cancelled);

        await KeepAsync(new AlertKeeper(store, Options.Create(new AlertOptions())), store);

        Assert.Equal(["over", "running"], store.Read()!.Silences.Keys.Order());
    }

    private static async Task KeepAsync(AlertKeeper keeper, IAlertStore store)
    {
        using var writer = new AlertWriter(keeper, store, new FakeTimeProvider(Now), NullLogger<AlertWriter>.Instance);
        await writer.StopAsync(Cancelled);
    }

    /// <summary>Takes everything but the alerts of one rule.</summary>
    private sealed class PickyStore(string refused) : IAlertStore
    {
        private readonly MemoryAlertStore _kept = new();

        public AlertSet? Read() => _kept.Read();

        public Task WriteAsync(Alert alert, CancellationToken cancellationToken) =>
            alert.Rule == refused ? throw new AlertStoreException("It is refused.") : _kept.WriteAsync(alert, cancellationToken);

        public Task WriteAsync(Silence silence, CancellationToken cancellationToken) => _kept.WriteAsync(silence, cancellationToken);

        public Task RemoveSilenceAsync(string id, CancellationToken cancellationToken) => _kept.RemoveSilenceAsync(id, cancellationToken);
    }
}
