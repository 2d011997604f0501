using System.Collections.Immutable;

namespace StreamSocial.Kafka.Jmx;

/// <summary>Reads brokers' JMX metrics from their Prometheus exporters (<c>Kafka:JmxAddresses</c>). Thread-safe.</summary>
public sealed class JmxReader(KafkaClientSettings settings, TimeProvider time) : IDisposable
{
    /// <summary>Some 100 bytes for each partition; a broker with more than 100,000 copies is unknown.</summary>
    private const int MaxBytes = 16 * 1024 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(1) })
    {
        Timeout = TimeSpan.FromSeconds(4),
        MaxResponseContentBufferSize = MaxBytes,
    };

    /// <summary>Whether there is an exporter to ask.</summary>
    public bool HasAddresses => settings.JmxAddresses.Count > 0;

    /// <summary>Asks all of them at once. One that does not answer has its reason in the reading.</summary>
    public async Task<ImmutableArray<JmxReading>> ReadAsync(CancellationToken cancellationToken) =>
        [.. await Task.WhenAll(settings.JmxAddresses.OrderBy(address => address.Key).Select(address => ReadAsync(address.Key, address.Value, cancellationToken)))];

    public void Dispose() => _http.Dispose();

    private async Task<JmxReading> ReadAsync(int broker, Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return new JmxReading(broker, BrokerSample.Read(await _http.GetStringAsync(address, cancellationToken), time.GetUtcNow()), null);
        }
        catch (HttpRequestException e)
        {
            return new JmxReading(broker, null, e.StatusCode is { } status ? $"its JMX exporter answers {(int)status}" : "its JMX exporter cannot be reached, or answers too much");
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return new JmxReading(broker, null, "its JMX exporter does not answer in time");
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            // Not in the exporter's format, or in a character set that is unknown.
            return new JmxReading(broker, null, $"its JMX exporter's answer cannot be read: {e.Message}");
        }
    }
}

/// <summary>What one broker's exporter said.</summary>
/// <param name="Broker">The broker's id.</param>
/// <param name="Sample">What it said; null when it did not.</param>
/// <param name="Problem">Why not.</param>
public sealed record JmxReading(int Broker, BrokerSample? Sample, string? Problem);
