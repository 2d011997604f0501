using Microsoft.Extensions.Options;
using StreamSocial.Streams.Membership;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>
/// Keeps a process that is stopped reachable for a while (<see cref="ReadingOptions.Drain"/>), unless all replicas leave or it ends after a fatal error. Its
/// streams end at once and their clients come again within a second or two; whoever sends them to replicas needs as long to learn that this one leaves, and a
/// proxy may take a request for a process that is gone and never answer it. Meanwhile streams are told to try again, and other reads are answered.
/// </summary>
/// <remarks>Services stop in the reverse of their order: this one comes before those whose stop takes time, which counts towards its own.</remarks>
internal sealed class Drain : IHostedLifecycleService, IDisposable
{
    private readonly TimeSpan _duration;
    private readonly IMembersView _members;
    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _registration;
    private long _began;

    public Drain(IHostApplicationLifetime lifetime, IOptions<ReadingOptions> options, IMembersView members, TimeProvider time)
    {
        (_duration, _members, _time) = (options.Value.Drain, members, time);
        _registration = lifetime.ApplicationStopping.Register(() => _began = time.GetTimestamp());
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        // A host that is stopped directly says so only after this.
        var began = _began == 0 ? _time.GetTimestamp() : _began;
        var isForNobody = Environment.ExitCode != 0 || _members.Current.Members.Values.All(member => member.IsLeaving);
        if (!isForNobody && _duration - _time.GetElapsedTime(began) is { Ticks: > 0 } rest)
            await Task.Delay(rest, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
