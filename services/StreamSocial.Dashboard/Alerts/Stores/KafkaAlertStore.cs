using Confluent.Kafka;
using StreamSocial.Alerts;
using StreamSocial.Alerts.State;
using StreamSocial.Events;
using StreamSocial.Kafka.Tables;

namespace StreamSocial.Dashboard.Alerts.Stores;

/// <summary>Keeps them in topic <c>alerts</c>.</summary>
internal sealed class KafkaAlertStore(
    TopicTable<string, AlertEntry> table, [FromKeyedServices(KafkaAlertStore.ProducerName)] IProducer<byte[]?, byte[]?> producer, TimeProvider time) : IAlertStore
{
    /// <summary>Key of the producer's registration.</summary>
    public const string ProducerName = "dashboard-alerts";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public AlertSet? Read() => table.Current is { IsCaughtUp: true } current ? AlertRecords.ToSet(current.Entries.Values) : null;

    public Task WriteAsync(Alert alert, CancellationToken cancellationToken)
    {
        var (key, value) = AlertRecords.Write(alert);
        return ProduceAsync(key, value, cancellationToken);
    }

    public async Task WriteAsync(Silence silence, CancellationToken cancellationToken)
    {
        var (key, value) = AlertRecords.Write(silence);
        await ProduceAsync(key, value, cancellationToken);
        await UntilReadAsync(entries => entries.Any(entry => entry.Silence?.Id == silence.Id), cancellationToken);
    }

    public async Task RemoveSilenceAsync(string id, CancellationToken cancellationToken)
    {
        await ProduceAsync(AlertRecords.KeyOfSilence(id), null, cancellationToken);
        await UntilReadAsync(entries => entries.All(entry => entry.Silence?.Id != id), cancellationToken);
    }

    private async Task ProduceAsync(byte[] key, byte[]? value, CancellationToken cancellationToken)
    {
        try
        {
            await producer.ProduceAsync(TopicNames.Alerts, new Message<byte[]?, byte[]?> { Key = key, Value = value }, cancellationToken).WaitAsync(Timeout, time, cancellationToken);
        }
        catch (Exception e) when (e is KafkaException or TimeoutException)
        {
            throw new AlertStoreException($"Topic {TopicNames.Alerts} does not acknowledge it: {e.Message}", e);
        }
    }

    private async Task UntilReadAsync(Func<IEnumerable<AlertEntry>, bool> isThere, CancellationToken cancellationToken)
    {
        try
        {
            for (var read = table.Current; !isThere(read.Entries.Values);)
                read = await table.WaitForNewerAsync(read.Version, cancellationToken).WaitAsync(Timeout, time, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new AlertStoreException($"Topic {TopicNames.Alerts} has it and cannot be read at the moment.", e);
        }
    }
}
