using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using StreamSocial.Kafka.Statistics;

namespace StreamSocial.Kafka.Tests.Statistics;

public sealed class KafkaClientMetricsTests
{
    [Fact]
    public void Follow_ClientWasSilentForLong_AddsOnlyWhatIsNew()
    {
        using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var (time, options) = (new FakeTimeProvider(), new KafkaOptions { StatisticsInterval = TimeSpan.FromSeconds(1) });
        var metrics = new KafkaClientMetrics(services.GetRequiredService<IMeterFactory>(), Options.Create(options), time, NullLogger<KafkaClientMetrics>.Instance);
        var sent = 0L;
        using var listener = new MeterListener { InstrumentPublished = (instrument, listener) => listener.EnableMeasurementEvents(instrument) };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) => sent += instrument.Name == "streamsocial.kafka.client.sent" ? value : 0);
        listener.Start();
        var record = metrics.Follow();

        record(Report(1_000));
        time.Advance(TimeSpan.FromMinutes(1));
        // The gauges forget the client.
        listener.RecordObservableInstruments();
        record(Report(1_100));

        Assert.Equal(1_100, sent);
    }

    private static string Report(long sentBytes) => string.Create(
        CultureInfo.InvariantCulture, $$$"""{"name":"rdkafka#producer-1","type":"producer","brokers":{"b:9092/1":{"nodeid":1,"txbytes":{{{sentBytes}}} } } }""");
}
