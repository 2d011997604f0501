using Microsoft.Extensions.Options;
using StreamSocial.Control;
using StreamSocial.ServiceDefaults.Control;
using StreamSocial.ServiceDefaults;

namespace StreamSocial.Autoscaler.Overrides;

/// <summary>Refuses to listen where everybody could ask for the token that this process made, and nobody would know it.</summary>
internal sealed class OverrideAccessValidator(IConfiguration configuration) : IValidateOptions<ControlOptions>
{
    public ValidateOptionsResult Validate(string? name, ControlOptions options) =>
        options.Token is null && ListenAddresses.BeyondLoopback(configuration) is { } address
            ? ValidateOptionsResult.Fail(
                $"The autoscaler listens at {address}, beyond loopback, without a control token: set {ControlOptions.SectionName}:{nameof(options.Token)}, or ASPNETCORE_URLS to an address of loopback.")
            : ValidateOptionsResult.Success;
}

/// <summary>Logs the control token that was made here, since nobody else knows it.</summary>
internal sealed partial class ControlTokenLogger(ControlToken token, ILogger<ControlTokenLogger> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (token.IsMadeHere)
            LogToken(token.Value);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "'streamsocial scale', 'pause' and 'resume' need --token {Token}; Scale:Token sets a token that stays")]
    private partial void LogToken(string token);
}
