using StreamSocial.Autoscaler.Decisions;
using StreamSocial.Control;
using StreamSocial.Scaling;

namespace StreamSocial.Autoscaler.Overrides;

/// <summary>What a person asked for in place of the policy.</summary>
/// <param name="Kind">A fixed number, no change at all, or nothing.</param>
/// <param name="Replicas">The number with <see cref="ScalingOverrideKind.Fixed"/>; null otherwise.</param>
/// <param name="Until">When it ends; null: until it is ended.</param>
internal sealed record ManualOverride(ScalingOverrideKind Kind, int? Replicas, DateTimeOffset? Until)
{
    public static ManualOverride None { get; } = new(ScalingOverrideKind.None, null, null);

    /// <summary>Itself, or none when its time is over.</summary>
    public ManualOverride At(DateTimeOffset now) => Until <= now ? None : this;

    public static ManualOverride From(ScalingOverride? message) => message is null || message.Kind == ScalingOverrideKind.None
        ? None
        : new(message.Kind,
            message.Kind == ScalingOverrideKind.Fixed ? message.Replicas : null,
            message.HasUntil ? DateTimeOffset.FromUnixTimeMilliseconds(message.Until) : null);

    public OverrideDocument ToDocument() => new(Kind.ToString().ToLowerInvariant(), Replicas, Until);

    public ScalingOverride ToMessage()
    {
        var message = new ScalingOverride { Kind = Kind, Replicas = Replicas ?? 0 };
        if (Until is { } until)
            message.Until = until.ToUnixTimeMilliseconds();
        return message;
    }
}

/// <summary>Holds the override. Any thread.</summary>
internal sealed class OverrideHolder(TimeProvider time)
{
    private readonly Lock _gate = new();
    private volatile ManualOverride _current = ManualOverride.None;
    private int _term;

    /// <summary>The override that holds now.</summary>
    public ManualOverride Current => _current.At(time.GetUtcNow());

    /// <summary>Takes over what was asked for before a term, once: what is asked for in the term, before its first tick or after, is not undone.</summary>
    public void Adopt(DecisionHistory leading)
    {
        lock (_gate)
        {
            if (_term == leading.Term)
                return;
            (_term, _current) = (leading.Term, leading.Override);
        }
    }

    public void Set(ManualOverride wanted)
    {
        lock (_gate)
            _current = wanted;
    }
}
