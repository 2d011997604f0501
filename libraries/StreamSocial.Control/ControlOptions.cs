using Microsoft.Extensions.Options;

namespace StreamSocial.Control;

/// <summary>Where the control plane is, and what proves that a caller may command it.</summary>
public sealed class ControlOptions
{
    public const string SectionName = "Scale";

    /// <summary>Base address of the AppHost's control server. The AppHost sets it for the services that it runs, and passes it on to those that it publishes.</summary>
    /// <value>Default none: replicas and resources are unknown.</value>
    public Uri? Endpoint { get; set; }

    /// <summary>
    /// Secret that this process sends with commands to the AppHost's control server and to the autoscaler, and that the autoscaler itself asks for. The AppHost
    /// sets it for the services that it runs, and passes it on to those that it publishes.
    /// </summary>
    /// <value>
    /// Default none: commands are sent without one; an autoscaler makes one at each start and logs it, and listens on loopback only. 16 characters or more: letters, digits, <c>-</c>, <c>.</c>, <c>_</c> and <c>~</c>.
    /// </value>
    public string? Token { get; set; }

    /// <summary>Longest wait for one answer, retries included.</summary>
    /// <value>Default 3 s; 0.1 s to 1 min.</value>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Longest wait for a command on a resource, which answers when it is done: a broker may take long to stop in good order.</summary>
    /// <value>Default 2 min; 1 s to 10 min.</value>
    public TimeSpan CommandTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>What is wrong with a token; null if nothing is. It travels in an address and in a header.</summary>
    /// <param name="option">Name of the option.</param>
    /// <param name="token">Its value.</param>
    public static string? CheckToken(string option, string token) =>
        token.Length >= 16 && token.All(character => char.IsAsciiLetterOrDigit(character) || "-._~".Contains(character))
            ? null
            : $"{option} has {token.Length} characters; give 16 or more, of letters, digits, '-', '.', '_' and '~'.";
}

internal sealed class ControlOptionsValidator : IValidateOptions<ControlOptions>
{
    public ValidateOptionsResult Validate(string? name, ControlOptions options)
    {
        var errors = new List<string>();
        if (options.Endpoint is { } endpoint && (!endpoint.IsAbsoluteUri || endpoint.Scheme is not ("http" or "https")))
            errors.Add($"{ControlOptions.SectionName}:Endpoint is {endpoint}; give an absolute http address.");
        if (options.Token is { } token && ControlOptions.CheckToken($"{ControlOptions.SectionName}:{nameof(options.Token)}", token) is { } wrong)
            errors.Add(wrong);
        if (options.Timeout < TimeSpan.FromSeconds(0.1) || options.Timeout > TimeSpan.FromMinutes(1))
            errors.Add($"{ControlOptions.SectionName}:Timeout is {options.Timeout}; give 0.1 s to 1 min.");
        if (options.CommandTimeout < TimeSpan.FromSeconds(1) || options.CommandTimeout > TimeSpan.FromMinutes(10))
            errors.Add($"{ControlOptions.SectionName}:CommandTimeout is {options.CommandTimeout}; give 1 s to 10 min.");
        return errors.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(errors);
    }
}
