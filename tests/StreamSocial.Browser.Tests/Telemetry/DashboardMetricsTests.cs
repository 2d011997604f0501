using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Alerts.Rules;
using StreamSocial.Dashboard;
using StreamSocial.Dashboard.Alerts;
using StreamSocial.Dashboard.Rebalances;
using StreamSocial.Dashboard.Snapshots;
using StreamSocial.Dashboard.Sources;
using StreamSocial.Dashboard.Telemetry;
using StreamSocial.Kafka.Lag;
using StreamSocial.Streams.Membership;

namespace StreamSocial.Browser.Tests.Telemetry;

public sealed class DashboardMetricsTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Metrics_OfASnapshot_MeasureWhatIsKnown() => Assert.Equal(
        [
            "streamsocial.consumer.lag{partition=0,topic=t} 30",
            "streamsocial.signal.known{source=brokers} 0", "streamsocial.signal.known{source=log ends of t} 1", "streamsocial.signal.known{source=members} 1",
            "streamsocial.topic.appended{partition=0,topic=t} 160", "streamsocial.topic.appended{partition=2,topic=t} 5",
        ],
        Measure(Snapshot(isDemo: false), TimeSpan.FromSeconds(9)));

    [Fact]
    public void Metrics_SnapshotTooOld_SayThatNothingIsKnown() => Assert.Equal(
        ["streamsocial.signal.known{source=brokers} 0", "streamsocial.signal.known{source=log ends of t} 0", "streamsocial.signal.known{source=members} 0"],
        Measure(Snapshot(isDemo: false), TimeSpan.FromSeconds(11)));

    [Fact]
    public void Metrics_MadeUpFigures_AreNotMeasured() => Assert.Empty(Measure(Snapshot(isDemo: true), TimeSpan.Zero));

    private static DashboardSnapshot Snapshot(bool isDemo)
    {
        var member = new Member
        {
            MemberId = "a",
            ReportedAt = Now.ToUnixTimeMilliseconds(),
            Topics = { new MemberTopic { Topic = "t", Partitions = { 0 }, NextOffsets = { 130 }, CommittedOffsets = { 130 } } },
        };
        var group = GroupReading.Create(Now, [new TopicLogEnds("t", [160, null, 5])], [member], TimeSpan.FromSeconds(10));
        return SnapshotBuilder.Build(
            null, new ClusterReading(group, null, null, null), 1, new SnapshotFrame(isDemo, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(15), []), MemberHistory.Empty);
    }

    private static List<string> Measure(DashboardSnapshot snapshot, TimeSpan age)
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var factory = services.GetRequiredService<IMeterFactory>();
        var store = new SnapshotStore();
        _ = new DashboardMetrics(
            factory, store, Options.Create(new DashboardOptions()), new DiskReader(Options.Create(new AlertOptions())), new FakeTimeProvider(Now + age));
        store.Publish(snapshot, TimeSpan.FromMinutes(15));
        var measured = new List<string>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter.Scope, factory))
                    listener.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        measured.Sort(StringComparer.Ordinal);
        return measured;

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) => measured.Add(
            FormattableString.Invariant($"{instrument.Name}{{{string.Join(",", tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}"))}}} {value}"));
    }
}
