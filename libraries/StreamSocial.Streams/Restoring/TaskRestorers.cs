using Microsoft.Extensions.Logging;
using StreamSocial.Streams.Hosting;
using StreamSocial.Streams.Tasks;

namespace StreamSocial.Streams.Restoring;

/// <summary>The restorers of a member, each with its own thread and consumer: a changelog is always read by the same one.</summary>
internal sealed class TaskRestorers : IDisposable
{
    private readonly IReadOnlyList<TaskRestorer> _restorers;
    private readonly InputLag _lag;

    /// <param name="member">What the member's parts share.</param>
    /// <param name="lag">Says which task is the most urgent; disposed of with the restorers.</param>
    /// <param name="onRestored">Called on a restorer's thread when a task can run.</param>
    /// <param name="onFailed">Called on a restorer's thread when a task's state cannot be restored.</param>
    public TaskRestorers(MemberContext member, InputLag lag, Action<StreamTask> onRestored, Action<StreamTask, Exception> onFailed)
    {
        var options = member.Options;
        var threads = options.RestoreThreadCount;
        Progress = new RestoreProgress(threads, member.Host.Time, member.Host.Loggers.CreateLogger<TaskRestorers>());
        var shared = new SharedByRestorers(
            Progress, new RateQuota(options.RestoreBytesPerSecond, member.Host.Time), Concurrency: (options.RestoreConcurrency + threads - 1) / threads);
        _restorers = [.. Enumerable.Range(0, threads).Select(index => new TaskRestorer(index, member, shared, RestoreClients.Create(index, member, lag), onRestored, onFailed))];
        _lag = lag;
    }

    public RestoreProgress Progress { get; }

    public void Start()
    {
        foreach (var restorer in _restorers)
            restorer.Start();
    }

    /// <inheritdoc cref="TaskRestorer.Restore"/>
    public void Restore(RestoreSession session) => RestorerOf(session).Restore(session);

    /// <inheritdoc cref="TaskRestorer.Follow"/>
    public void Follow(RestoreSession session) => RestorerOf(session).Follow(session);

    public void Dispose()
    {
        foreach (var restorer in _restorers)
            restorer.Dispose();
        _lag.Dispose();
    }

    private TaskRestorer RestorerOf(RestoreSession session) => _restorers[session.Task.Id.Partition % _restorers.Count];
}

/// <summary>What the restorers of a member share.</summary>
/// <param name="Progress">Of all.</param>
/// <param name="Quota">Bytes that they read together.</param>
/// <param name="Concurrency">Changelogs that each reads at the same time.</param>
internal sealed record SharedByRestorers(RestoreProgress Progress, RateQuota Quota, int Concurrency);
