using System.Collections.Concurrent;
using StreamSocial.Kafka.Tables;
using StreamSocial.Operations;
using StreamSocial.Operations.Log;

namespace StreamSocial.Dashboard.Operations;

/// <summary>The actions of the last weeks.</summary>
internal interface IOperationsView
{
    /// <summary>All of them, in no order; null until they have been read once.</summary>
    IReadOnlyCollection<Operation>? Current { get; }

    /// <summary>Rises whenever they change; null until they have been read once.</summary>
    long? Version { get; }
}

/// <summary>Those of the cluster.</summary>
internal sealed class TopicOperationsView(TopicTable<string, Operation> table) : IOperationsView
{
    public IReadOnlyCollection<Operation>? Current => table.Current is { IsCaughtUp: true, Entries: var entries } ? [.. entries.Values] : null;

    public long? Version => table.Current is { IsCaughtUp: true, Version: var version } ? version : null;
}

/// <summary>Those of the demo, kept until the service ends.</summary>
internal sealed class DemoOperations : IOperationsView, IOperationWriter
{
    private readonly ConcurrentDictionary<string, Operation> _operations = new();

    private long _version;

    public IReadOnlyCollection<Operation>? Current => [.. _operations.Values];

    public long? Version => Interlocked.Read(ref _version);

    public Task WriteAsync(Operation operation, CancellationToken cancellationToken)
    {
        _operations[operation.OperationId] = operation;
        Interlocked.Increment(ref _version);
        return Task.CompletedTask;
    }
}
