using System.Text.Json.Serialization;
using StreamSocial.Cli.Clients;

namespace StreamSocial.Cli.Drills.Measuring;

/// <summary>What the requests of one kind of client came to. Thread-safe.</summary>
internal sealed class RequestLog
{
    private const int ExamplesKept = 5;
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, long> _repeats = new(StringComparer.Ordinal);
    private readonly List<string> _examples = [];
    private long _answered;
    private long _errors;
    private TimeSpan? _longestWait;

    /// <summary>Notes that a client got what it asked for.</summary>
    /// <param name="wait">Since it first asked, or since it lost what it had.</param>
    public void AddAnswer(TimeSpan wait)
    {
        lock (_lock)
        {
            _answered++;
            if (_longestWait is not { } longest || wait > longest)
                _longestWait = wait;
        }
    }

    /// <summary>Notes that a client has to ask again.</summary>
    public void AddRepeat(string reason)
    {
        lock (_lock)
            _repeats[reason] = _repeats.GetValueOrDefault(reason) + 1;
    }

    /// <summary>Notes what a client could not help by asking again.</summary>
    public void AddError(string what)
    {
        lock (_lock)
        {
            _errors++;
            if (_examples.Count < ExamplesKept)
                _examples.Add(what);
        }
    }

    public RequestFigures Read()
    {
        lock (_lock)
            return new RequestFigures(_answered, _repeats.ToDictionary(), _errors, _longestWait, [.. _examples]);
    }
}

/// <summary>What the requests of one kind of client came to.</summary>
/// <param name="Answered">Those that got what they asked for.</param>
/// <param name="RepeatsByReason">How often a client had to ask again, and why.</param>
/// <param name="Errors">What remained after the repeats: what a client's user sees.</param>
/// <param name="LongestWait">Longest time until an answer, repeats included; null without any.</param>
/// <param name="Examples">The first errors.</param>
internal sealed record RequestFigures(
    long Answered, IReadOnlyDictionary<string, long> RepeatsByReason, long Errors, TimeSpan? LongestWait, IReadOnlyList<string> Examples)
{
    /// <summary>How often a client had to ask again.</summary>
    [JsonInclude]
    public long Repeats => RepeatsByReason.Values.Sum();

    /// <summary>Whether clients were served, without any error, and none waited longer than a client repeats.</summary>
    [JsonInclude]
    public bool AreClean => Answered > 0 && Errors == 0 && LongestWait <= ClientRules.RepeatFor;
}
