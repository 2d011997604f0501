using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Statistics;

namespace StreamSocial.Kafka.Tests.Statistics;

public sealed class KafkaClientMetricsTests : IDisposable
{
    private const string Sent = "streamsocial.kafka.client.sent";
    private const string Errors = "streamsocial.kafka.client.errors";

    private readonly ServiceProvider _services = new ServiceCollection().AddMetrics().BuildServiceProvider();
    private readonly FakeTimeProvider _time = new();
    private readonly Dictionary<string, long> _counted = new() { [Sent] = 0, [Errors] = 0 };
    private readonly MeterListener _listener;
    private readonly Action<string> _record;

    public KafkaClientMetricsTests()
    {
        var options = new KafkaOptions { StatisticsInterval = TimeSpan.FromSeconds(1) };
        var metrics = new KafkaClientMetrics(_services.GetRequiredService<IMeterFactory>(), Options.Create(options), _time, NullLogger<KafkaClientMetrics>.Instance);
        _listener = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        _listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            if (_counted.ContainsKey(instrument.Name))
                _counted[instrument.Name] += value;
        });
        _listener.Start();
        _record = metrics.Follow();
    }

    public void Dispose()
    {
        _listener.Dispose();
        _services.Dispose();
    }

    [Fact]
    public void Follow_ClientWasSilentForLong_AddsOnlyWhatIsNew()
    {
        _record(Report(1_000));
        _time.Advance(TimeSpan.FromMinutes(1));
        // The gauges forget the client.
        _listener.RecordObservableInstruments();
        _record(Report(1_100));

        Assert.Equal(1_100, _counted[Sent]);
    }

    /// <summary>The client forgets a broker that left the cluster's metadata, with its counters.</summary>
    [Fact]
    public void Follow_ABrokerWasAway_AddsWhatItCountsAnew()
    {
        _record(Report(1_000, errors: 1));
        _record(Report(50, errors: 2));
        _record(Report(70, errors: 2));

        Assert.Equal((1_070L, 3L), (_counted[Sent], _counted[Errors]));
    }

    private static string Report(long sentBytes, long errors = 0) => string.Create(
        CultureInfo.InvariantCulture,
        $$$"""{"name":"rdkafka#producer-1","type":"producer","brokers":{"b:9092/1":{"nodeid":1,"txbytes":{{{sentBytes}}},"txerrs":{{{errors}}} } } }""");
}
