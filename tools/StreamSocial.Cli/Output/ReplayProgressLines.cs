using Spectre.Console;
using StreamSocial.Replay.Sending;

namespace StreamSocial.Cli.Output;

/// <summary>A line of progress every few seconds: readable in a terminal and in a log alike.</summary>
internal sealed class ReplayProgressLines(IAnsiConsole console) : IProgress<ReplayProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private TimeSpan _next = Interval;
    private (long Sent, TimeSpan At) _last;

    /// <inheritdoc/>
    public void Report(ReplayProgress value)
    {
        if (value.Elapsed < _next)
            return;
        var rate = (value.Sent - _last.Sent) / (value.Elapsed - _last.At).TotalSeconds;
        _last = (value.Sent, value.Elapsed);
        _next = value.Elapsed + Interval;
        var part = value.FractionDone is { } fraction ? $" ({TextFormat.Percent(fraction)})" : "";
        var left = value.TimeLeft is { } time ? $", {TextFormat.Seconds(time)} left" : "";
        console.MarkupLineInterpolated($"  [grey]{TextFormat.Seconds(value.Elapsed)}[/] sent {value.Sent:N0}{part}, {rate:N0}/s, {value.Retries} retries{left}");
    }
}
