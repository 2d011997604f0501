using System.Collections.Concurrent;
using StreamSocial.Streams.Restoring;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Rebalancing;

/// <summary>
/// The tasks that the group means this member to have while others still run them. Their changelogs are followed, so that little is left to restore when they
/// come.
/// </summary>
/// <param name="follow">Begins to follow a changelog.</param>
internal sealed class WarmUps(Action<RestoreSession> follow)
{
    private readonly ConcurrentDictionary<TaskId, RestoreSession> _sessions = new();

    /// <summary>
    /// The tasks, and whether the member has their state. One whose changelog cannot be followed is not among them: its owner would wait in vain. Callable from
    /// any thread.
    /// </summary>
    public IEnumerable<(TaskId Task, bool IsWarm)> Current =>
        _sessions.Values.Where(session => !session.HasFailed).Select(session => (session.Task.Id, session.IsWarm));

    /// <summary>Follows these tasks and no others. Calls must not overlap with each other nor with <see cref="Take"/>.</summary>
    /// <param name="wanted">The tasks.</param>
    /// <param name="create">Creates one that is not followed yet.</param>
    public void Follow(IReadOnlySet<TaskId> wanted, Func<TaskId, StreamTask> create)
    {
        foreach (var id in _sessions.Keys.Where(id => !wanted.Contains(id)))
        {
            if (_sessions.TryRemove(id, out var session))
                session.Abandon();
        }

        foreach (var id in wanted.Where(id => !_sessions.ContainsKey(id)))
        {
            var session = new RestoreSession(create(id), isOwned: false);
            _sessions[id] = session;
            follow(session);
        }
    }

    /// <summary>Hands over the session of a task that the member owns from now on; null if the task is not followed.</summary>
    public RestoreSession? Take(TaskId task) => _sessions.TryRemove(task, out var session) ? session : null;
}
