using StreamSocial.Kafka.Records;

namespace StreamSocial.Operations.Log;

/// <summary>What a person asks for, as the log of actions has it.</summary>
/// <param name="By">Who asks.</param>
/// <param name="Via">The program that does it: <c>dashboard</c> or <c>cli</c>.</param>
/// <param name="Kind">What is done, for example <c>stage-pause</c>.</param>
/// <param name="Target">To what.</param>
public sealed record OperationRequest(string By, string Via, string Kind, string Target)
{
    /// <summary>How, by name.</summary>
    /// <value>Default none.</value>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>Whether nothing was done, once it has failed or was given up: its last record then has no parameters.</summary>
    /// <value>Default: some of it may have been done.</value>
    public Func<bool> IsUndone { get; init; } = static () => false;
}

/// <summary>Does what people ask for and records each action in topic <c>operations</c>: before it is done, and what came of it. Thread-safe.</summary>
/// <param name="writer">Writes the records.</param>
/// <param name="time">The clock.</param>
public sealed class OperationLog(IOperationWriter writer, TimeProvider time)
{
    /// <summary>Longest wait for the brokers to take a record.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Records an action, does it, and records its outcome. An action that cannot be recorded is not done.</summary>
    /// <param name="request">What is asked for.</param>
    /// <param name="run">Does it. What it throws is recorded as a failure and thrown on.</param>
    /// <param name="describe">What came of it, one sentence for a person.</param>
    /// <param name="cancellationToken">Ends the wait. Whether it was done is then unknown, and so it is in the log, unless the action says that nothing was.</param>
    /// <exception cref="OperationLogException">The log did not take a record; the message says whether the action was done.</exception>
    public Task<T> RunAsync<T>(OperationRequest request, Func<CancellationToken, Task<T>> run, Func<T, string> describe, CancellationToken cancellationToken) =>
        RunAsync(request, (_, token) => run(token), describe, cancellationToken);

    /// <summary>The same for what has to know the action's id in the log, where its first record is already.</summary>
    /// <exception cref="OperationLogException">The log did not take a record; the message says whether the action was done.</exception>
    public async Task<T> RunAsync<T>(OperationRequest request, Func<string, CancellationToken, Task<T>> run, Func<T, string> describe, CancellationToken cancellationToken)
    {
        var operation = new Operation
        {
            OperationId = Guid.CreateVersion7(time.GetUtcNow()).ToString("N"),
            StartedAt = time.GetUtcNow().ToUnixTimeMilliseconds(),
            By = Shorten(request.By),
            Via = request.Via,
            Kind = request.Kind,
            Target = Shorten(request.Target),
            Outcome = OperationOutcome.Started,
        };
        foreach (var (name, value) in request.Parameters)
            operation.Parameters[name] = Shorten(value);
        try
        {
            await WriteAsync(operation, "Nothing was done", cancellationToken);
        }
        catch (Exception e) when (e is OperationLogException or OperationCanceledException)
        {
            _ = HandOverUndoneAsync(operation, "Nothing was done: the log of actions had not confirmed it.");
            throw;
        }
        T result;
        try
        {
            result = await run(operation.OperationId, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            if (request.IsUndone())
                _ = HandOverUndoneAsync(operation, "Nothing was done: it was given up before it began.");
            throw;
        }
        catch (Exception e)
        {
            if (request.IsUndone())
                operation.Parameters.Clear();
            await WriteAsync(Ended(operation, OperationOutcome.Failed, e.Message), $"It failed ({e.Message})", CancellationToken.None);
            throw;
        }

        var detail = describe(result);
        // The action is done: its outcome is recorded even if whoever asked has gone.
        await WriteAsync(Ended(operation, OperationOutcome.Done, detail), $"It was done ({detail})", CancellationToken.None);
        return result;
    }

    /// <summary>Follows a record that the log has, or may take yet: without this one it would say for ever that the action has begun.</summary>
    private async Task HandOverUndoneAsync(Operation operation, string detail)
    {
        var undone = Ended(operation, OperationOutcome.Failed, detail);
        undone.Parameters.Clear();
        try
        {
            await writer.WriteAsync(undone, CancellationToken.None);
        }
        catch (Confluent.Kafka.KafkaException)
        {
            // Whoever asked knows that nothing was done.
        }
    }

    private Operation Ended(Operation operation, OperationOutcome outcome, string detail)
    {
        var ended = operation.Clone();
        (ended.Outcome, ended.Detail, ended.FinishedAt) = (outcome, Shorten(detail), time.GetUtcNow().ToUnixTimeMilliseconds());
        return ended;
    }

    private async Task WriteAsync(Operation operation, string whatHolds, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(WriteTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await writer.WriteAsync(operation, either.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw new OperationLogException($"{whatHolds}, and the log of actions did not take it within {WriteTimeout.TotalSeconds:0} s.", e);
        }
        catch (Confluent.Kafka.KafkaException e)
        {
            throw new OperationLogException($"{whatHolds}, and the log of actions did not take it: {e.Error.Reason}.", e);
        }
    }

    private static string Shorten(string text) => text.Length <= FieldCheck.LongestName ? text : text[..(FieldCheck.LongestName - 1)] + "…";
}

/// <summary>The log of actions did not take a record.</summary>
public sealed class OperationLogException(string message, Exception inner) : Exception(message, inner);
