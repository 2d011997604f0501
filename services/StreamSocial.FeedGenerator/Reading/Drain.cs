using Microsoft.Extensions.Options;

namespace StreamSocial.FeedGenerator.Reading;

/// <summary>
/// Keeps a process that is stopped reachable for a while (<see cref="ReadingOptions.Drain"/>). Its streams end at once and their clients come again within a
/// second or two; whoever sends them to replicas needs as long to learn that this one leaves. They are told to try again. A proxy whose process is gone may take
/// a request on a connection that it kept, and never answer it.
/// </summary>
/// <remarks>Services stop in the reverse of their order, so this one must come before what a stop has to do: that is part of the time.</remarks>
internal sealed class Drain : IHostedLifecycleService, IDisposable
{
    private readonly TimeSpan _duration;
    private readonly TimeProvider _time;
    private readonly CancellationTokenRegistration _registration;
    private long _began;

    public Drain(IHostApplicationLifetime lifetime, IOptions<ReadingOptions> options, TimeProvider time)
    {
        (_duration, _time) = (options.Value.Drain, time);
        _registration = lifetime.ApplicationStopping.Register(() => _began = time.GetTimestamp());
    }

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        if (_duration - _time.GetElapsedTime(_began) is { Ticks: > 0 } rest)
            await Task.Delay(rest, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registration.Dispose();
}
