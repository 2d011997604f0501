using StreamSocial.Kafka.Records;

namespace StreamSocial.Operations.Log;

/// <summary>Reads records of topic <c>operations</c>, to which anybody may write.</summary>
public static class OperationRecords
{
    private const int MostParameters = 50;

    /// <summary>Reads an action.</summary>
    /// <param name="operationId">The record's key.</param>
    /// <param name="value">The record's value.</param>
    /// <param name="appendedAt">When the log took it.</param>
    /// <exception cref="InvalidDataException">The value is not this action, or has an absurd field.</exception>
    /// <exception cref="Google.Protobuf.InvalidProtocolBufferException">The value is not an action.</exception>
    public static Operation Read(string operationId, byte[] value, DateTimeOffset appendedAt)
    {
        var operation = Operation.Parser.ParseFrom(value);
        FieldCheck.Key("operation_id", operation.OperationId, operationId);
        FieldCheck.Number("started_at", operation.StartedAt, 0, appendedAt.AddDays(1).ToUnixTimeMilliseconds());
        if (operation.HasFinishedAt)
            FieldCheck.Time("finished_at", operation.FinishedAt);
        foreach (var (field, text) in (ReadOnlySpan<(string, string)>)
            [("by", operation.By), ("via", operation.Via), ("kind", operation.Kind), ("target", operation.Target), ("detail", operation.Detail)])
            FieldCheck.Name(field, text);
        FieldCheck.Number("parameters", operation.Parameters.Count, 0, MostParameters);
        foreach (var (name, text) in operation.Parameters)
        {
            FieldCheck.Name("parameters", name);
            FieldCheck.Name($"parameter {name}", text);
        }
        return operation;
    }
}

/// <summary>An action as programs read it, over HTTP and from the command.</summary>
/// <param name="Id">Its id; ids rise with time.</param>
/// <param name="StartedAt">When it was begun.</param>
/// <param name="FinishedAt">When it was over; null while it is not known to be.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Via">The program that did it: <c>dashboard</c> or <c>cli</c>.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Target">To what.</param>
/// <param name="Parameters">How, by name.</param>
/// <param name="Outcome"><c>done</c>, <c>failed</c>, or <c>started</c>: it is under way, or unknown whether it was done.</param>
/// <param name="Detail">What came of it, one sentence; empty while unknown.</param>
public sealed record OperationDocument(
    string Id, DateTimeOffset StartedAt, DateTimeOffset? FinishedAt, string By, string Via, string Kind, string Target, IReadOnlyDictionary<string, string> Parameters,
    string Outcome, string Detail)
{
    /// <summary>The newest of some actions, newest first.</summary>
    public static IReadOnlyList<OperationDocument> Newest(IEnumerable<Operation> operations, int limit) =>
        [.. operations.OrderByDescending(operation => operation.StartedAt).ThenByDescending(operation => operation.OperationId, StringComparer.Ordinal).Take(limit).Select(From)];

    private static OperationDocument From(Operation operation) => new(
        operation.OperationId,
        DateTimeOffset.FromUnixTimeMilliseconds(operation.StartedAt),
        operation.HasFinishedAt ? DateTimeOffset.FromUnixTimeMilliseconds(operation.FinishedAt) : null,
        operation.By, operation.Via, operation.Kind, operation.Target,
        new SortedDictionary<string, string>(operation.Parameters, StringComparer.Ordinal),
        operation.Outcome switch { OperationOutcome.Done => "done", OperationOutcome.Failed => "failed", _ => "started" },
        operation.Detail);
}
