using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Traffic;

/// <summary>What the options must be together.</summary>
internal sealed class TrafficRulesValidator(IConfiguration configuration) : IValidateOptions<TrafficOptions>
{
    /// <inheritdoc/>
    public ValidateOptionsResult Validate(string? name, TrafficOptions options)
    {
        var errors = new List<string>();
        if (options is { EventsPerSecond: not null, Speed: not null })
            errors.Add("Traffic:EventsPerSecond and Traffic:Speed exclude each other; set one of them.");
        if (!string.IsNullOrEmpty(options.Trace) && !File.Exists(options.Trace))
            errors.Add($"Traffic:Trace is '{options.Trace}', and there is no such file (looked from {Environment.CurrentDirectory}).");
        if (configuration.GetServiceUri("ingest") is null)
            errors.Add("The address of ingest is unknown: set services:ingest:http:0, for example --services:ingest:http:0=http://127.0.0.1:5000.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
