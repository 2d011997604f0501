using System.Reflection;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Eventing;
using Aspire.Hosting.Orchestration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aspire.Hosting;

internal sealed class DistributedApplicationBuilder : IDistributedApplicationBuilder
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(90);

    private readonly EntryPointInterception? _interception = EntryPointInterception.Current;
    private readonly DistributedApplicationOptions _options;
    private readonly HostApplicationBuilder _host;

    public DistributedApplicationBuilder(DistributedApplicationOptions options)
    {
        _options = options;
        _interception?.Configure(options);
        AppHostAssembly = _interception?.AppHost
            ?? (options.AssemblyName is { } name ? Assembly.Load(name) : Assembly.GetEntryAssembly());
        AppHostDirectory = AppHostMetadata.Find(AppHostAssembly, "apphostprojectpath") is { } directory && Directory.Exists(directory)
            ? directory
            : Directory.GetCurrentDirectory();
        _host = new HostApplicationBuilder(new HostApplicationBuilderSettings
        {
            Args = options.Args,
            ContentRootPath = AppHostDirectory,
            ApplicationName = AppHostAssembly?.GetName().Name,
            EnvironmentName = _interception is null ? null : Environments.Development,
        });
        AddLogging();
        AddServices();
    }

    public ConfigurationManager Configuration => _host.Configuration;

    public string AppHostDirectory { get; }

    public Assembly? AppHostAssembly { get; }

    public IHostEnvironment Environment => _host.Environment;

    public IServiceCollection Services => _host.Services;

    public IDistributedApplicationEventing Eventing { get; } = new DistributedApplicationEventing();

    public DistributedApplicationExecutionContext ExecutionContext { get; } = new();

    public IResourceCollection Resources { get; } = new ResourceCollection();

    public IResourceBuilder<T> AddResource<T>(T resource)
        where T : IResource
    {
        if (Resources.Any(r => string.Equals(r.Name, resource.Name, StringComparison.OrdinalIgnoreCase)))
            throw new DistributedApplicationException($"There is a resource '{resource.Name}' already.");

        Resources.Add(resource);
        return CreateResourceBuilder(resource);
    }

    public IResourceBuilder<T> CreateResourceBuilder<T>(T resource)
        where T : IResource => new DistributedApplicationResourceBuilder<T>(this, resource);

    public DistributedApplication Build() => _interception is null ? BuildCore() : _interception.Intercept(this, BuildCore);

    private DistributedApplication BuildCore()
    {
        var disabled = _options.DisableDashboard || !Configuration.GetValue("AspireDashboard:Enabled", true);
        Services.AddSingleton(new OtlpSettings(Configuration, disabled ? null : AspireDashboard.AddTo(this), disabled));
        return new DistributedApplication(_host.Build());
    }

    private void AddLogging()
    {
        _host.Logging.AddSimpleConsole(console => console.SingleLine = true);
        // A check that fails while a resource starts is no news; its state says so.
        _host.Logging.AddFilter("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None);
        _host.Logging.AddFilter("System.Net.Http", LogLevel.Warning);
        _host.Logging.AddFilter("Microsoft", LogLevel.Warning);
    }

    private void AddServices()
    {
        Services.AddSingleton(TimeProvider.System);
        Services.AddSingleton(_options);
        Services.AddSingleton(Eventing);
        Services.AddSingleton(ExecutionContext);
        Services.AddSingleton(new DistributedApplicationModel(Resources));
        Services.AddSingleton<IResourceLineSink>(_interception is null
            ? new ConsoleLineSink(Console.Out, coloured: !Console.IsOutputRedirected)
            : new SilentLineSink());
        Services.AddSingleton(services => new ResourceLoggerService(services.GetRequiredService<IResourceLineSink>()));
        Services.AddSingleton<ResourceNotificationService>();
        Services.AddSingleton<ResourceCommandService>();
        Services.AddSingleton<EndpointAllocator>();
        Services.AddSingleton<ProcessSpecificationFactory>();
        Services.AddSingleton<ResourceRunners>();
        Services.AddHttpClient();
        Services.AddHealthChecks();
        // Before the orchestrator, whose start waits until resources are healthy.
        Services.AddHostedService<ResourceHealthMonitor>();
        Services.AddHostedService<ApplicationOrchestrator>();
        Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
    }
}
