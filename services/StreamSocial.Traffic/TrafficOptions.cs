using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;
using StreamSocial.Replay.Sending;
using StreamSocial.Replay.Synthetic;

namespace StreamSocial.Traffic;

/// <summary>Options of the traffic that is sent to ingest.</summary>
internal sealed class TrafficOptions
{
    public const string SectionName = "Traffic";

    /// <summary>Path of a Higgs activity trace, plain or gzip-compressed.</summary>
    /// <value>Default none: events of a synthetic network (<see cref="Synthetic"/>) are generated.</value>
    public string? Trace { get; set; }

    /// <summary>Fixed rate in events per second; excludes <see cref="Speed"/>.</summary>
    /// <value>Default none; above 0.</value>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? EventsPerSecond { get; set; }

    /// <summary>Multiple of the speed at which the events happened; excludes <see cref="EventsPerSecond"/>.</summary>
    /// <value>Default none; above 0. With neither, a synthetic network runs at its own speed and a trace file as fast as ingest takes it.</value>
    [Range(0, double.MaxValue, MinimumIsExclusive = true)]
    public double? Speed { get; set; }

    /// <summary>Whether to start again at the end, with new ids. Otherwise the service stops.</summary>
    /// <value>Default false.</value>
    public bool Loop { get; set; }

    /// <summary>The synthetic network.</summary>
    [ValidateObjectMembers]
    public SyntheticTraceOptions Synthetic { get; set; } = new();

    /// <summary>Workers, batches, retries.</summary>
    [ValidateObjectMembers]
    public ReplayOptions Replay { get; set; } = new() { ProgressInterval = TimeSpan.FromSeconds(5) };

    /// <summary>The pace that the options give.</summary>
    public ReplayPace Pace =>
        EventsPerSecond is { } rate ? ReplayPace.FixedRate(rate)
        : Speed is { } speed ? ReplayPace.TraceSpeed(speed)
        : string.IsNullOrEmpty(Trace) ? ReplayPace.TraceSpeed(1)
        : ReplayPace.Unlimited;
}

/// <summary>Validates the annotations of <see cref="TrafficOptions"/>; generated at build time.</summary>
[OptionsValidator]
internal sealed partial class TrafficOptionsValidator : IValidateOptions<TrafficOptions>;

/// <summary>Rules across several options, and for the trace's file and the address of ingest.</summary>
internal sealed class TrafficRulesValidator(IConfiguration configuration) : IValidateOptions<TrafficOptions>
{
    public ValidateOptionsResult Validate(string? name, TrafficOptions options)
    {
        var errors = new List<string>();
        if (options is { EventsPerSecond: not null, Speed: not null })
            errors.Add("Traffic:EventsPerSecond and Traffic:Speed exclude each other; set one of them.");
        if (!string.IsNullOrEmpty(options.Trace) && !File.Exists(options.Trace))
            errors.Add($"Traffic:Trace is '{options.Trace}', and there is no such file (looked from {Environment.CurrentDirectory}).");
        // Service discovery would take a service without an address for a host name.
        if (string.IsNullOrWhiteSpace(configuration[$"services:{TrafficServices.Ingest}:http:0"]))
            errors.Add("The address of ingest is unknown: set services:ingest:http:0, for example --services:ingest:http:0=http://127.0.0.1:5000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
