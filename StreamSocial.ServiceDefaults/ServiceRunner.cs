using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using StreamSocial.ServiceDefaults.HttpClients;

namespace StreamSocial.ServiceDefaults;

/// <summary>Runs a service from its composition to its exit code.</summary>
public static class ServiceRunner
{
    /// <summary>
    /// Composes the service, checks its options and runs it. If an option is missing or wrong, each problem becomes a line on standard error,
    /// and nothing is started.
    /// </summary>
    /// <param name="create">Composes the service. Its <see cref="InvalidOperationException"/> counts as a problem of the configuration.</param>
    /// <returns>
    /// The exit code of the process: 1 for a wrong option, an address that it cannot listen on or a background service that failed, otherwise <see cref="Environment.ExitCode"/>.
    /// </returns>
    public static async Task<int> RunAsync(Func<WebApplication> create)
    {
        LoopbackProxy.Bypass();
        WebApplication? app = null;
        try
        {
            app = create();
            // Before the hosted services are created: one that reads its options would report only the problems of those.
            app.Services.GetService<IStartupValidator>()?.Validate();
        }
        catch (Exception exception) when (ProblemsOf(exception) is { } problems)
        {
            foreach (var problem in problems.Distinct())
                await Console.Error.WriteLineAsync(problem);
            if (app is not null)
                await app.DisposeAsync();
            return 1;
        }

        if (ListenAddresses.FindProblem(app.Configuration) is { } inUse)
        {
            await Console.Error.WriteLineAsync(inUse);
            await app.DisposeAsync();
            return 1;
        }
        // The host stops when one fails, and says nothing of it to its caller.
        BackgroundService[] workers = [.. app.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        try
        {
            await app.RunAsync();
        }
        catch (Exception exception) when (IsOfAddresses(exception))
        {
            await Console.Error.WriteLineAsync($"The service cannot listen where it is told to. {exception.Message}");
            return 1;
        }
        return workers.Any(worker => worker.ExecuteTask is { IsFaulted: true }) ? 1 : Environment.ExitCode;
    }

    /// <summary>Whether the server refuses an address for what can only be known to it, such as that there is no certificate.</summary>
    private static bool IsOfAddresses(Exception exception) =>
        exception is SocketException
        || (exception is InvalidOperationException or FormatException or IOException && exception.Source is "Microsoft.AspNetCore.Server.Kestrel.Core" or "Microsoft.AspNetCore.Http");

    /// <summary>The problems of the configuration that an exception reports; null if it reports something else.</summary>
    public static IEnumerable<string>? ProblemsOf(Exception exception) => exception switch
    {
        OptionsValidationException validation => validation.Failures,
        AggregateException several when several.InnerExceptions.All(inner => inner is OptionsValidationException) =>
            several.InnerExceptions.SelectMany(inner => ((OptionsValidationException)inner).Failures),
        // A value that cannot be converted, or a missing connection string.
        InvalidOperationException invalid => [invalid.Message],
        // An argument with one dash, of which .NET knows none.
        FormatException format => [$"{format.Message} Give options as --Name=value."],
        _ => null,
    };
}
