using StreamSocial.Autoscaler;
using StreamSocial.ServiceDefaults;

return await ServiceRunner.RunAsync(() =>
{
    var builder = WebApplication.CreateBuilder(args);
    builder.AddServiceDefaults();
    builder.AddAutoscaler();

    var app = builder.Build();
    app.MapDefaultEndpoints();
    app.MapAutoscaler();
    return app;
});
