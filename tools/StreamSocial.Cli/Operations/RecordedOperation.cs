using Confluent.Kafka;
using StreamSocial.Kafka;
using StreamSocial.Operations.Log;

namespace StreamSocial.Cli.Operations;

/// <summary>Does what a command was asked for and records it in the log of actions, as the user of the operating system.</summary>
internal sealed class RecordedOperation : IDisposable
{
    private static readonly TimeSpan FlushTimeout = TimeSpan.FromSeconds(2);

    private readonly OperationLog _log;

    public RecordedOperation(KafkaClientSettings settings)
    {
        Producer = new ProducerBuilder<byte[]?, byte[]?>(settings.CreateProducerConfig("streamsocial-operations")).SetLogHandler((_, _) => { }).Build();
        _log = new OperationLog(new TopicOperationWriter(Producer), TimeProvider.System);
    }

    /// <summary>Writes the log's records, and may write what the action itself writes.</summary>
    public IProducer<byte[]?, byte[]?> Producer { get; }

    /// <summary>Records an action, does it, and records what came of it.</summary>
    /// <param name="kind">What is done, for example <c>stage-pause</c>.</param>
    /// <param name="target">To what.</param>
    /// <param name="parameters">How, by name.</param>
    /// <param name="run">Does it.</param>
    /// <param name="describe">What came of it, one sentence for a person.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="ToolException">The log did not take a record; the message says whether the action was done.</exception>
    public Task<T> RunAsync<T>(
        string kind, string target, IReadOnlyDictionary<string, string> parameters, Func<CancellationToken, Task<T>> run, Func<T, string> describe, CancellationToken cancellationToken) =>
        RunAsync(kind, target, parameters, static () => false, (_, token) => run(token), describe, cancellationToken);

    /// <summary>The same for what has to know the action's id in the log, and whether nothing was done once it has failed.</summary>
    /// <exception cref="ToolException">The log did not take a record; the message says whether the action was done.</exception>
    public async Task<T> RunAsync<T>(
        string kind, string target, IReadOnlyDictionary<string, string> parameters, Func<bool> isUndone, Func<string, CancellationToken, Task<T>> run, Func<T, string> describe,
        CancellationToken cancellationToken)
    {
        try
        {
            var request = new OperationRequest(Environment.UserName, "cli", kind, target) { Parameters = parameters, IsUndone = isUndone };
            return await _log.RunAsync(request, run, describe, cancellationToken);
        }
        catch (OperationLogException e)
        {
            throw new ToolException(e.Message, e);
        }
    }

    /// <summary>What was handed over without a wait, such as that nothing was done, goes first.</summary>
    public void Dispose()
    {
        Producer.Flush(FlushTimeout);
        Producer.Dispose();
    }
}
