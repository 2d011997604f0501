using Confluent.Kafka;
using Microsoft.Extensions.Logging.Abstractions;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Simulation.Replicas;

/// <summary>Reads changelogs for the runtime's restore protocols.</summary>
internal sealed class SimulatedRestorer(SimulationContext context, TaskEnvironment environment, Action<StreamTask> onRestored)
{
    private readonly IRestoreProtocol _protocol = context.Brokers.HasTransactions
        ? new TransactionalRestore(
            (partitions, _) => [.. partitions.Select(context.Brokers.Group.Committed)], changelog => context.Brokers.Log(changelog.Topic, changelog.Partition).End,
            input => context.Brokers.Log(input.Topic, input.Partition).Start, context.Time, NullLogger.Instance, lastRecords: 4)
        : new FencedRestore(environment, context.Time);

    private readonly List<StreamTask> _opening = [];
    private readonly List<(RestoreSession Session, long Position)> _reading = [];

    public void Open(RestoreSession session)
    {
        _opening.Add(session.Task);
        _protocol.Open(session);
    }

    public void Follow(RestoreSession session)
    {
        _protocol.Follow(session);
        _reading.Add((session, Position(session)));
    }

    public void Step()
    {
        _reading.RemoveAll(reading => reading.Session.Task.State == TaskState.Closed);
        if (_reading.FindIndex(reading => _protocol.GivesUpWaiting(reading.Session)) is >= 0 and var waiting)
            Take(waiting, _reading[waiting].Session, _reading[waiting].Session.TakeKnownEnd(_protocol));
        else if (_opening.Count > 0 && (_reading.Count == 0 || context.Random.OneIn(2)))
            TakeOpened();
        else if (_reading.Count > 0)
            Read(context.Random.Below(_reading.Count));
    }

    private void TakeOpened()
    {
        // A client that asks for the group's offsets waits until no transaction is about to change them.
        if (context.Brokers.HasTransactions && _opening.Exists(task => task.State == TaskState.Restoring && !context.Brokers.Group.IsStable(task.Id)))
            return;
        var sessions = new List<RestoreSession>();
        _protocol.TakeOpened(sessions);
        _opening.RemoveAll(task => task.State == TaskState.Closed || sessions.Exists(session => session.Task == task));
        foreach (var session in sessions.Where(session => session.Task.State == TaskState.Restoring))
        {
            session.OnOwned();
            if (_reading.FindIndex(reading => reading.Session == session) is >= 0 and var followed)
                Take(followed, session, session.TakeKnownEnd(_protocol));
            else if (_protocol.IsEmpty(session))
                Finish(session);
            else
                _reading.Add((session, Position(session)));
        }
    }

    private void Read(int index)
    {
        var (session, position) = _reading[index];
        var changelog = context.Brokers.Log(session.Task.Stage.StateTopic, session.Task.Id.Partition);
        for (var records = 10 + context.Random.Below(80); records > 0; records--)
        {
            var record = changelog.Read(ref position);
            var step = session.Take(_protocol, record is not null && context.Mutant == Mutant.StaleWrite ? Anonymous(record) : record, record?.Offset.Value ?? position);
            _reading[index] = (session, position);
            Take(index, session, step);
            if (step != RestoreStep.More || record is null)
                break;
        }
    }

    private void Take(int index, RestoreSession session, RestoreStep step)
    {
        if (step is RestoreStep.StartOver or RestoreStep.LookBack)
        {
            _reading[index] = (session, Position(session));
        }
        else if (step == RestoreStep.Done)
        {
            _reading.RemoveAt(index);
            Finish(session);
        }
    }

    private long Position(RestoreSession session) => LastRecordsOffset.IsOne(session.From)
        ? LastRecordsOffset.Resolve(session.From, context.Brokers.Log(session.Task.Stage.StateTopic, session.Task.Id.Partition).StableEnd)
        : Math.Max(session.From.Value, 0) + (context.Mutant == Mutant.RestoresTooLate ? 1 : 0);

    private void Finish(RestoreSession session)
    {
        session.Complete();
        context.Counters.Restores++;
        if (session.UsesRetainedState || session.IsWarm)
            context.Counters.WarmRestores++;
        onRestored(session.Task);
    }

    private static ConsumeResult<byte[]?, byte[]?> Anonymous(ConsumeResult<byte[]?, byte[]?> record) => new()
    {
        TopicPartitionOffset = record.TopicPartitionOffset,
        Message = new Message<byte[]?, byte[]?> { Key = record.Message.Key, Value = record.Message.Value },
    };
}
