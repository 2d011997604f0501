using System.Text;
using Confluent.Kafka;
using Google.Protobuf;
using StreamSocial.Events;
using StreamSocial.Kafka;
using StreamSocial.Kafka.DeadLetters;
using StreamSocial.Operations.Log;

namespace StreamSocial.Operations.DeadLetters;

/// <summary>
/// Decides which of several replays sends a letter: the one whose first record the log of actions took first. Each asks once its own record is there, so two that
/// run at a time, in whatever programs, see each other's order and send the letter once.
/// </summary>
/// <param name="settings">The cluster.</param>
/// <param name="time">The clock.</param>
public sealed class ReplayOrder(KafkaClientSettings settings, TimeProvider time)
{
    private static readonly TimeSpan ReadTimeout = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan PollWait = TimeSpan.FromMilliseconds(100);

    /// <summary>The letters that actions before this one sent, or may have sent.</summary>
    /// <param name="operationId">The action that asks; its first record has been acknowledged.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="DeadLetterException">The log of actions could not be read up to this action.</exception>
    public Task<IReadOnlySet<DeadLetterPlace>> ReadTakenAsync(string operationId, CancellationToken cancellationToken) =>
        // The client blocks.
        Task.Run(() => TakenBefore(ReadLog(cancellationToken), operationId), cancellationToken);

    /// <summary>The same of a log that was read, in its order.</summary>
    /// <exception cref="DeadLetterException">It ends before this action.</exception>
    public static IReadOnlySet<DeadLetterPlace> TakenBefore(IEnumerable<Operation> log, string operationId)
    {
        var taken = new Dictionary<string, ICollection<DeadLetterPlace>>(StringComparer.Ordinal);
        foreach (var operation in log)
        {
            if (operation.OperationId == operationId)
                return taken.Values.SelectMany(places => places).ToHashSet();
            // The last record of each: that of one which was refused names none.
            taken[operation.OperationId] = [.. ReplayRecord.Read(operation)];
        }
        throw new DeadLetterException("The log of actions could not be read in time, so it is unknown whether somebody else sends the same. Nothing was sent.");
    }

    /// <summary>All actions until the timeout.</summary>
    private IEnumerable<Operation> ReadLog(CancellationToken cancellationToken)
    {
        using var consumer = new ConsumerBuilder<byte[]?, byte[]?>(settings.CreateTableConsumerConfig(TopicNames.Operations)).SetLogHandler((_, _) => { }).SetErrorHandler((_, _) => { }).Build();
        consumer.Assign(new TopicPartitionOffset(TopicNames.Operations, 0, Offset.Beginning));
        for (var start = time.GetTimestamp(); time.GetElapsedTime(start) < ReadTimeout;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Consume(consumer) is { IsPartitionEOF: false, Message: { Key: { } key, Value: { } value } message } && TryRead(key, value, message.Timestamp) is { } operation)
                yield return operation;
        }
    }

    private static ConsumeResult<byte[]?, byte[]?>? Consume(IConsumer<byte[]?, byte[]?> consumer)
    {
        try
        {
            return consumer.Consume(PollWait);
        }
        catch (KafkaException e)
        {
            throw new DeadLetterException($"The log of actions cannot be read ({e.Error.Reason}), so it is unknown whether somebody else sends the same. Nothing was sent.", e);
        }
    }

    /// <summary>Null for a record that no reader of the log takes.</summary>
    private static Operation? TryRead(byte[] key, byte[] value, Timestamp appended)
    {
        try
        {
            return OperationRecords.Read(Encoding.UTF8.GetString(key), value, appended.UtcDateTime);
        }
        catch (Exception e) when (e is InvalidDataException or InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
