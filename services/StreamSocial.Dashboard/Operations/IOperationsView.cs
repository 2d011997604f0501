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
}

/// <summary>Those of the cluster.</summary>
internal sealed class TopicOperationsView(TopicTable<string, Operation> table) : IOperationsView
{
    public IReadOnlyCollection<Operation>? Current => table.Current is { IsCaughtUp: true, Entries: var entries } ? [.. entries.Values] : null;
}

/// <summary>Those of the demo, kept until the service ends.</summary>
internal sealed class DemoOperations : IOperationsView, IOperationWriter
{
    private readonly ConcurrentDictionary<string, Operation> _operations = new();

    public IReadOnlyCollection<Operation>? Current => [.. _operations.Values];

    public Task WriteAsync(Operation operation, CancellationToken cancellationToken)
    {
        _operations[operation.OperationId] = operation;
        return Task.CompletedTask;
    }
}
