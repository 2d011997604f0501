using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using StreamSocial.Hosting.Kafka.Sources;
using StreamSocial.ServiceDefaults.HttpClients;

namespace StreamSocial.AppHost.Startup;

/// <summary>Builds and runs the application; what a user can put right ends in one sentence instead of a stack trace.</summary>
internal static class AppHostRunner
{
    /// <summary>Tells each of .NET's hosts when it is made whether it watches its configuration files.</summary>
    private const string WatchVariable = "DOTNET_hostBuilder__reloadConfigOnChange";

    /// <returns>The exit code: 1 when a setting is wrong or something that is needed cannot be had.</returns>
    public static async Task<int> RunAsync(string[] args, Action<IDistributedApplicationBuilder> declare)
    {
        LoopbackProxy.Bypass();
        WatchNoFiles();
        if (OptionsHelp.IsAskedFor(args))
            return OptionsHelp.Print(Console.Out);

        try
        {
            var builder = CreateBuilder(args);
            declare(builder);
            await using var application = builder.Build();
            await RunAsync(application);
            return Environment.ExitCode;
        }
        catch (Exception e) when (e is AppHostConfigurationException or KafkaSourceException)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
    }

    /// <summary>
    /// To see changes of its configuration files a host watches all directories below the one it was started in. Brokers keep their logs there, and
    /// the host would be told of each of their writes. The AppHost's services inherit the variable; they have no such files. A value that the user gave it stays.
    /// </summary>
    private static void WatchNoFiles()
    {
        if (Environment.GetEnvironmentVariable(WatchVariable) is null)
            Environment.SetEnvironmentVariable(WatchVariable, "false");
    }

    private static IDistributedApplicationBuilder CreateBuilder(string[] args)
    {
        // Before the application's own builder is there, which has to be told.
        var withDashboard = AspireEndpoints.IsDashboardEnabled(Read(args));
        if (withDashboard)
        {
            foreach (var (variable, value) in AspireEndpoints.Choose(Environment.GetEnvironmentVariable, Console.Out))
                Environment.SetEnvironmentVariable(variable, value);
        }

        var builder = DistributedApplication.CreateBuilder(new DistributedApplicationOptions { Args = args, DisableDashboard = !withDashboard });
        builder.Services.AddLogging(logging => logging
            .AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error)
            // Of a start that fails it says only what is thrown too.
            .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.Critical)
            // The supervisor of the services says itself what it does; Polly would add a stack trace.
            .AddFilter("Polly", LogLevel.None));
        builder.Services.AddSingleton(TimeProvider.System);
        return builder;
    }

    /// <summary>The configuration from where the application will have it: user secrets and files are among that.</summary>
    /// <exception cref="AppHostConfigurationException">An argument has one dash, and .NET knows no such switch.</exception>
    internal static IConfiguration Read(string[] args)
    {
        try
        {
            // As Aspire does it.
            var configuration = new ConfigurationManager();
            configuration.AddEnvironmentVariables("ASPIRE_");
            return Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, Configuration = configuration }).Configuration;
        }
        catch (FormatException e)
        {
            throw new AppHostConfigurationException($"{e.Message} Give options as --Name=value.", e);
        }
    }

    private static async Task RunAsync(DistributedApplication application)
    {
        var stopping = application.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
        try
        {
            await application.RunAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Stopped while it still started.
        }
    }
}
